/**
 * The identity file of an office card, checked again: the kiosk's word is not enough. COSE_Sign1, RFC 9052 §4.2. Read with
 * `cborg` in its strictest setting: libraries over cbor-x share what they make of a tag, and this process has another one.
 */
import { decode, encode, type DecodeOptions } from 'cborg'
import { z } from 'zod'
import type { P256PublicJwk } from '../../main/credentials/keys.ts'
import { multikeyBytesOf, publicKeyOf, verifyP256 } from '../../main/credentials/p256.ts'

const coseSign1 = 18
const header = { algorithm: 1, critical: 2 } as const
const es256 = -7
const mostBytes = 16_384

const strict: DecodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
}

const zBytes = z.instanceof(Uint8Array)
const zSign1 = z.tuple([zBytes, z.map(z.unknown(), z.unknown()), zBytes, zBytes])
const zHeader = z
  .map(z.union([z.number(), z.string()]), z.unknown())
  .refine((map) => map.get(header.algorithm) === es256)
  // Nothing critical is known here, so a file that demands it cannot be understood (RFC 9052 §3.1).
  .refine((map) => !map.has(header.critical))

const zPayload = z.object({ claims: z.looseObject({ cid: z.string().regex(/^\d{11}$/) }) })

type CardClaims = z.infer<typeof zPayload>['claims']

/** @returns the CID on a card that this issuer signed, or undefined */
export async function cidOfCard(file: string, key: P256PublicJwk): Promise<string | undefined> {
  return (await claimsOfCard(file, key))?.cid
}

/** @param file base64url, as the kiosk sent it @returns what stands on a card that this issuer signed, or undefined */
export async function claimsOfCard(file: string, key: P256PublicJwk): Promise<CardClaims | undefined> {
  try {
    const bytes = new Uint8Array(Buffer.from(file, 'base64url'))
    if (bytes.length > mostBytes || bytes[0] !== 0xc0 + coseSign1) return undefined
    const tags = { [coseSign1]: (content: () => unknown) => content() }
    const [protectedHeader, , payload, signature] = zSign1.parse(decode(bytes, { ...strict, tags }))
    zHeader.parse(decode(protectedHeader, strict))
    const signed = encode(['Signature1', protectedHeader, new Uint8Array(), payload])
    const issuer = publicKeyOf(multikeyBytesOf(key))
    if (!issuer || !verifyP256(signed, signature, issuer)) return undefined
    return zPayload.parse(decode(payload, { ...strict, useMaps: false })).claims
  } catch {
    return undefined
  }
}
