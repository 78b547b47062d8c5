/** The answer to a question that came over the network goes back over it (OpenID4VP 1.0 §8.2, `direct_post`). */
import { ok, type Result } from 'neverthrow'
import { failed, type PhoneFailure } from './phone-failure.ts'
import type { ReachIssuer } from './reach-issuer.ts'

export async function postAnswer(
  { uri, state }: { uri: string; state: string | undefined },
  vpToken: string,
  reach: ReachIssuer,
): Promise<Result<null, PhoneFailure>> {
  const reply = await reach(uri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ vp_token: vpToken, ...(state !== undefined && { state }) }).toString(),
  })
  return reply.isOk() && reply.value.status < 300 ? ok(null) : failed('request.unreachable')
}
