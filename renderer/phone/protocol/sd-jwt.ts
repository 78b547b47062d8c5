/** An SD-JWT VC (`dc+sd-jwt`) as the phone keeps it: its signature checked, each disclosure found among the digests. */
import { base64url, compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { sha256Text } from './digest.ts'
import type { PublicJwk } from './z-jwk.ts'
import { zPublicJwk } from './z-jwk.ts'

export const longestSdJwt = 65_536
const mostDisclosures = 64

const zDisclosure = z.tuple([z.string().max(200), z.string().min(1).max(200), z.unknown()])
const zPayload = z.looseObject({
  iss: z.string().max(400),
  vct: z.string().max(400),
  nbf: z.number().optional(),
  exp: z.number(),
  cnf: z.object({ jwk: zPublicJwk }),
  _sd: z.array(z.string().length(43)).max(mostDisclosures),
  _sd_alg: z.literal('sha-256').optional(),
})
export type SdJwtPayload = z.infer<typeof zPayload>

/** A claim's value as it can be shown and told. */
export type ClaimValue = string | boolean

export interface ReadSdJwt {
  payload: SdJwtPayload
  /** by name, those that the citizen can show or keep back */
  claims: Record<string, ClaimValue>
}

const zValue = z.union([z.string().max(12_000), z.boolean()])

/** @returns undefined for what is no SD-JWT of this shape; no signature is looked at */
export async function readSdJwt(text: string): Promise<ReadSdJwt | undefined> {
  if (text.length > longestSdJwt) return undefined
  try {
    const [jwt = '', ...rest] = text.split('~')
    const [, body = ''] = jwt.split('.')
    const payload = zPayload.parse(JSON.parse(textOf(body)))
    const disclosures = rest.filter((one) => one !== '')
    if (disclosures.length > mostDisclosures) return undefined
    const claims: Record<string, ClaimValue> = {}
    for (const disclosure of disclosures) {
      if (!payload._sd.includes(await sha256Text(disclosure))) return undefined
      const [, name, value] = zDisclosure.parse(JSON.parse(textOf(disclosure)))
      claims[name] = zValue.parse(value)
    }
    return { payload, claims }
  } catch {
    return undefined
  }
}

/** @returns whether the issuer's part of it is signed by that key, as a credential and nothing else */
export async function isSignedBy(sdJwt: string, key: PublicJwk): Promise<boolean> {
  const [jwt = ''] = sdJwt.split('~')
  try {
    if (decodeProtectedHeader(jwt).typ !== 'dc+sd-jwt') return false
    await compactVerify(jwt, key, { algorithms: ['ES256'] })
    return true
  } catch {
    return false
  }
}

const textOf = (part: string) => new TextDecoder('utf-8', { fatal: true }).decode(base64url.decode(part))
