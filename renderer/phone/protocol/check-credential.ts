/**
 * What the phone looks at before it keeps a credential: who signed it, that the citizen has agreed to take something from
 * this issuer, that it is bound to this phone's key, and that it is not over. A provisional one is signed by a kiosk; the
 * kiosk's delegation, signed by the issuer, comes with it.
 */
import { base64url, compactVerify, decodeProtectedHeader } from 'jose'
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Holder } from './holder.ts'
import { keyOfDid } from './key-of-did.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'
import { isSignedBy, readSdJwt, type ReadSdJwt } from './sd-jwt.ts'

export interface CheckOptions {
  holder: Holder
  /** DIDs of the issuers that the citizen has agreed to take something from */
  issuers: readonly string[]
  /** ms since 1970 */
  now: number
}

export interface CheckedCredential extends ReadSdJwt {
  /** DID of the issuer, also where a kiosk signed for it */
  issuer: string
  provisional: boolean
}

/** A phone's clock may be a little behind the issuer's. */
const clockToleranceMs = 5 * 60_000

/** @returns what it says; `issuer.unknown`, `credential.forged`, `.not-mine`, `.over`, `.unsuited` */
export async function checkCredential(
  sdJwt: string,
  { holder, issuers, now }: CheckOptions,
): Promise<Result<CheckedCredential, PhoneFailure>> {
  const read = await readSdJwt(sdJwt)
  if (!read) return failed('credential.unsuited')
  const { payload } = read
  const key = keyOfDid(payload.iss)
  if (!key) return failed('issuer.unknown')
  if (!(await isSignedBy(sdJwt, key))) return failed('credential.forged')
  const provisional = payload['delegation'] !== undefined
  const issuer = provisional ? await issuerBehind(payload, now) : payload.iss
  if (issuer === undefined) return failed('credential.forged')
  if (!issuers.includes(issuer)) return failed('issuer.unknown')
  const { jwk } = payload.cnf
  if (jwk.x !== holder.jwk.x || jwk.y !== holder.jwk.y) return failed('credential.not-mine')
  if (payload.exp * 1000 <= now || (payload.nbf ?? 0) * 1000 > now + clockToleranceMs)
    return failed('credential.over')
  return ok({ ...read, issuer, provisional })
}

const zNamed = z.object({
  jwt: z.string().max(8_000),
  number: z.number().int().nonnegative(),
  office: z.string().max(200),
})
/** Of what a verifier looks at, that which makes it the issuer's word; counts and lists are the verifier's to judge. */
const zDelegation = z.looseObject({
  iss: z.string().max(400),
  sub: z.string().max(400),
  vct: z.literal('https://w3id.org/bhutan-id/issuance-delegation'),
  office: z.string().max(200),
  types: z.array(z.string().max(400)).max(20),
  most: z.number().int(),
  days: z.number().int(),
  nbf: z.number().int(),
  exp: z.number().int(),
})

/** @returns DID of the issuer who let this kiosk sign, undefined where nobody did */
async function issuerBehind(payload: ReadSdJwt['payload'], now: number): Promise<string | undefined> {
  const named = zNamed.safeParse(payload['delegation']).data
  if (!named) return undefined
  try {
    const { jwt, number, office } = named
    const [, body = ''] = jwt.split('.')
    if (decodeProtectedHeader(jwt).typ !== 'dc+sd-jwt') return undefined
    const said = zDelegation.parse(JSON.parse(new TextDecoder().decode(base64url.decode(body))))
    const key = keyOfDid(said.iss)
    if (!key) return undefined
    await compactVerify(jwt, key, { algorithms: ['ES256'] })
    const within =
      said.sub === payload.iss &&
      said.office === office &&
      said.types.includes(payload.vct) &&
      number < said.most &&
      payload.exp - (payload.nbf ?? 0) <= said.days * 86_400 &&
      payload.exp <= said.exp
    const inTime = said.nbf * 1000 <= now + clockToleranceMs && now < said.exp * 1000
    return within && inTime ? said.iss : undefined
  } catch {
    return undefined
  }
}
