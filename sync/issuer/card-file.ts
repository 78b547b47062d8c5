/** The identity file of an office card, checked again: the kiosk's word is not enough. COSE_Sign1, RFC 9052 §4.2. */
import { Sign1 } from '@auth0/cose'
import { decode } from 'cborg'
import { importJWK } from 'jose'
import { z } from 'zod'
import type { P256PublicJwk } from '../../main/credentials/keys.ts'

const zPayload = z.object({ claims: z.looseObject({ cid: z.string().regex(/^\d{11}$/) }) })

type CardClaims = z.infer<typeof zPayload>['claims']

/** @returns the CID on a card that this issuer signed, or undefined */
export async function cidOfCard(file: string, key: P256PublicJwk): Promise<string | undefined> {
  return (await claimsOfCard(file, key))?.cid
}

/** @param file base64url, as the kiosk sent it @returns what stands on a card that this issuer signed, or undefined */
export async function claimsOfCard(file: string, key: P256PublicJwk): Promise<CardClaims | undefined> {
  try {
    const bytes = Buffer.from(file, 'base64url')
    if (bytes.length > 16_384) return undefined
    const message = Sign1.decode(bytes)
    await message.verify(await importJWK(key, 'ES256'))
    return zPayload.parse(decode(message.payload)).claims
  } catch {
    return undefined
  }
}
