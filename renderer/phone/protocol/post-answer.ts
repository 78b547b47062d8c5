/** The answer to a question that came over the network goes back over it (OpenID4VP 1.0 §8.2, §8.3.1). */
import { CompactEncrypt, importJWK } from 'jose'
import { ok, type Result } from 'neverthrow'
import { failed, type PhoneFailure } from './phone-failure.ts'
import type { ReachIssuer } from './reach-issuer.ts'
import type { AnswerKey, AnswerWay } from './request-code.ts'

export async function postAnswer(
  { uri, state, sealTo }: Extract<AnswerWay, { by: 'post' }>,
  vpToken: string,
  reach: ReachIssuer,
): Promise<Result<null, PhoneFailure>> {
  const answer: Record<string, string> = sealTo
    ? {
        response: await sealed(
          { vp_token: JSON.parse(vpToken), ...(state !== undefined && { state }) },
          sealTo,
        ),
      }
    : { vp_token: vpToken, ...(state !== undefined && { state }) }
  const reply = await reach(uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(answer).toString(),
  })
  return reply.isOk() && reply.value.status < 300 ? ok(null) : failed('request.unreachable')
}

/** To the verifier's key of this one question: whoever passes it on reads nothing. */
async function sealed(answer: object, { jwk, kid, enc }: AnswerKey): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(answer)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc, kid })
    .encrypt(await importJWK(jwk, 'ECDH-ES'))
}
