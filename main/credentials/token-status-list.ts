/**
 * The IETF's Token Status List, which SD-JWT VCs name: the same bits as the W3C's list has for the other formats, signed as
 * a JWT (draft-ietf-oauth-status-list).
 */
import { inflateSync } from 'node:zlib'
import { StatusList } from '@sd-jwt/jwt-status-list'
import { compactVerify, decodeProtectedHeader, SignJWT } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { IssuerKey } from './keys.ts'
import { privateKeyOf } from './p256.ts'
import type { StatusCheck } from './status-list.ts'
import { trustDids } from './trusted-issuers.ts'
import { statusListLength } from './z-status.ts'

const typ = 'statuslist+jwt'
export const tokenListMediaType = `application/${typ}`
/** One bit a credential: 0 is valid, 1 is invalid (§7.1). */
const bits = 1
const ttlSeconds = 12 * 3_600
const longestList = 400_000

/** @param bitstringUrl of the W3C's list @returns where the same bits are published for SD-JWTs */
export const tokenListUrl = (bitstringUrl: string): string => `${bitstringUrl}/token`

export interface TokenListOptions {
  issuerKey: IssuerKey
  /** where it is published; becomes its `sub` */
  uri: string
  /** indexes of the revoked credentials */
  revoked: Iterable<number>
  validFrom: Date
}

/** @returns a Status List Token (§5.1) */
export function createTokenStatusList(options: TokenListOptions): Promise<string> {
  const { issuerKey, uri, revoked, validFrom } = options
  const list = new StatusList(Array<number>(statusListLength).fill(0), bits)
  for (const index of revoked) list.setStatus(index, 1)
  return new SignJWT({ status_list: { bits, lst: list.compressStatusList() }, ttl: ttlSeconds })
    .setProtectedHeader({ alg: 'ES256', typ, kid: issuerKey.keyId })
    .setIssuer(issuerKey.did)
    .setSubject(uri)
    .setIssuedAt(validFrom)
    .sign(privateKeyOf(issuerKey.privateJwk))
}

const zHeader = z.object({ alg: z.literal('ES256'), typ: z.literal(typ), kid: z.string().max(900) })
const zToken = z.object({
  iss: z.string().max(400),
  sub: z.string().max(500),
  iat: z.number().int(),
  status_list: z.object({ bits: z.literal(bits), lst: z.base64url().max(longestList) }),
})

/**
 * The same check as of the W3C's list: the signature before anything is inflated.
 * `presentation.unreadable` (not a list, or not this one), `presentation.bad-signature`, `presentation.issuer-unknown`
 */
export async function checkTokenStatus(
  check: StatusCheck,
): Promise<Result<{ revoked: boolean; ageDays: number }, Failure>> {
  const { place, issuer, list, now, trustedIssuers = trustDids([issuer]) } = check
  const unreadable = err<never, Failure>({ code: 'presentation.unreadable', detail: { part: 'status-list' } })
  const said = typeof list === 'string' && list.length <= longestList * 2 ? read(list) : undefined
  if (typeof list !== 'string' || !said || said.token.sub !== place.listUrl) return unreadable
  const { iss, iat, status_list } = said.token
  if (!trustedIssuers.isSame(iss, issuer))
    return err({ code: 'presentation.issuer-unknown', detail: { part: 'status-list' } })
  const key = trustedIssuers.keyFor({ issuer: iss, keyId: said.keyId, signedAt: new Date(iat * 1000) })
  if (key.isErr()) return err(key.error)
  try {
    await compactVerify(list, key.value.jwk, { algorithms: ['ES256'] })
  } catch {
    return err({ code: 'presentation.bad-signature', detail: { part: 'status-list' } })
  }
  const octets = inflated(status_list.lst)
  const octet = octets?.[place.index >> 3]
  if (octet === undefined) return unreadable
  const ageDays = Math.max(0, (now.getTime() - iat * 1000) / 86_400_000)
  // The lowest bit of an octet is the first (§4.1).
  return ok({ revoked: ((octet >> (place.index & 7)) & 1) === 1, ageDays })
}

function read(jwt: string): { token: z.infer<typeof zToken>; keyId: string } | undefined {
  try {
    const { kid } = zHeader.parse(decodeProtectedHeader(jwt))
    const [, payload = ''] = jwt.split('.')
    return { token: zToken.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))), keyId: kid }
  } catch {
    return undefined
  }
}

/** A list that says it is longer than any list is none: a few bytes must not become gigabytes. */
function inflated(lst: string): Uint8Array | undefined {
  try {
    return inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: statusListLength / 8 })
  } catch {
    return undefined
  }
}
