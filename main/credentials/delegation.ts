/**
 * The issuer lets a kiosk hand out provisional credentials: which office, which types, until when, how many. Itself a
 * credential, an SD-JWT VC without anything to hold back, whose subject is the kiosk.
 */
import { compactVerify, decodeProtectedHeader, SignJWT } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { TrustOrigin } from '../api/z-trust.ts'
import type { IssuerKey } from './keys.ts'
import { privateKeyOf } from './p256.ts'
import type { TrustedIssuers } from './trusted-issuers.ts'
import { statusListLength } from './z-status.ts'

export const delegationVct = 'https://w3id.org/bhutan-id/issuance-delegation'
const longestDelegation = 2_000

const zIndex = z
  .number()
  .int()
  .nonnegative()
  .max(statusListLength - 1)
const zUrl = z.url({ protocol: /^https?$/ }).max(300)

/** Times in seconds since 1970. */
export const zDelegation = z.strictObject({
  iss: z.string().startsWith('did:').max(400),
  /** the kiosk, by the did:key that it signs with */
  sub: z.string().startsWith('did:key:').max(400),
  vct: z.literal(delegationVct),
  office: z.string().min(1).max(80),
  /** `vct` of what it may hand out */
  types: z.array(z.url()).min(1).max(10),
  /** how many */
  most: z.number().int().positive().max(1_000),
  /** longest life of one, in days */
  days: z.number().int().positive().max(60),
  nbf: z.number().int(),
  exp: z.number().int(),
  /** its own place in the issuer's status list */
  credentialStatus: z.strictObject({ list: zUrl, index: zIndex }),
  /** where those that it hands out have their places: `first` and the next `most` */
  places: z.strictObject({ list: zUrl, first: zIndex }),
})
export type Delegation = z.infer<typeof zDelegation>

export interface ReadDelegation extends Delegation {
  /** why the issuer's key is believed */
  origin: TrustOrigin | undefined
}

export function issueDelegation(
  content: Omit<Delegation, 'iss' | 'vct'>,
  issuer: IssuerKey,
): Promise<string> {
  const payload = zDelegation.parse({ ...content, iss: issuer.did, vct: delegationVct })
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'dc+sd-jwt', kid: issuer.keyId.slice(issuer.did.length) })
    .sign(privateKeyOf(issuer.privateJwk))
}

/**
 * Signature and form; not its dates nor its status.
 * @returns `presentation.not-delegated` {reason: unreadable | signature}, and what `TrustedIssuers.keyFor` says
 */
export async function readDelegation(
  jwt: string,
  trustedIssuers: TrustedIssuers,
): Promise<Result<ReadDelegation, Failure>> {
  const read = jwt.length > longestDelegation ? undefined : unverified(jwt)
  if (!read) return notDelegated('unreadable')
  const { said, keyId } = read
  const key = trustedIssuers.keyFor({ issuer: said.iss, keyId, signedAt: new Date(said.nbf * 1000) })
  if (key.isErr()) return err(key.error)
  const { jwk, origin } = key.value
  try {
    await compactVerify(jwt, jwk, { algorithms: ['ES256'] })
    return ok({ ...said, origin })
  } catch {
    return notDelegated('signature')
  }
}

export const notDelegated = (reason: string) =>
  err<never, Failure>({ code: 'presentation.not-delegated', detail: { reason } })

function unverified(jwt: string): { said: Delegation; keyId: string } | undefined {
  try {
    const [, payload = ''] = jwt.split('.')
    const said = zDelegation.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    const { typ, kid } = decodeProtectedHeader(jwt)
    if (!said.success || typ !== 'dc+sd-jwt' || typeof kid !== 'string') return undefined
    return { said: said.data, keyId: kid }
  } catch {
    return undefined
  }
}
