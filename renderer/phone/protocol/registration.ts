/** The issuer's word on who asks: which office, and what it may ask for each purpose (`verifier_info` of OpenID4VP 1.0). */
import { decodeJwt, jwtVerify } from 'jose'
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { keyOfDid } from './key-of-did.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'
import type { AskedRequest } from './request-code.ts'

const zRegistration = z.object({
  iss: z.string().max(400),
  sub: z.string().max(400),
  exp: z.number(),
  office: z.string().min(1).max(80),
  purposes: z.record(z.string().max(40), z.array(z.string().max(100)).max(40)),
})
export type Registration = z.infer<typeof zRegistration>

/**
 * @param issuers whom the phone's owner has agreed to believe @param now ms since 1970
 * @returns undefined for a question that nobody signed; `request.registration` where an issuer that is believed has not
 *   registered who signed it, or it is over
 */
export async function checkRegistration(
  { signedBy, verifierInfo }: AskedRequest,
  { issuers, now }: { issuers: readonly string[]; now: number },
): Promise<Result<Registration | undefined, PhoneFailure>> {
  if (signedBy === undefined) return ok(undefined)
  const jwt = verifierInfo.find(({ format }) => format === 'jwt')?.data
  try {
    if (typeof jwt !== 'string') return failed('request.registration')
    const issuer = decodeJwt(jwt).iss ?? ''
    const key = issuers.includes(issuer) ? keyOfDid(issuer) : undefined
    if (!key) return failed('request.registration')
    const { payload } = await jwtVerify(jwt, key, {
      ...{ algorithms: ['ES256'], typ: 'verifier-registration+jwt', subject: signedBy },
      ...{ currentDate: new Date(now), clockTolerance: 300, requiredClaims: ['exp'] },
    })
    return ok(zRegistration.parse(payload))
  } catch {
    return failed('request.registration')
  }
}
