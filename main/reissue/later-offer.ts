/**
 * An offer that becomes good as soon as the issuer has the request: for a phone with a network of its own, so that nobody
 * has to come back. The kiosk makes the code while it has no link; the issuer learns it with the sealed request.
 */
import { z } from 'zod'
import type { RequestId } from '../../sync/z-facts.ts'
import type { LaterCode } from '../../sync/z-packet.ts'

/** Where phones collect, and what: part of `master:delegation`. */
export const zCollecting = z.object({
  /** the issuer's address as phones know it */
  issuer: z.url().max(300),
  configurations: z.array(z.string().max(100)).min(1).max(20),
})
export type Collecting = z.infer<typeof zCollecting>

const days = 60
const grant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** @param now ms since 1970 @returns the code, for the issuer alone */
export function makeLaterCode(
  request: RequestId,
  now: number,
  random: (bytes: number) => Uint8Array,
): LaterCode {
  const secret = Buffer.from(random(24)).toString('base64url')
  const digits = Buffer.from(random(6)).readUIntBE(0, 6) % 1_000_000
  return {
    code: `q.${request}.${secret}`,
    txCode: String(digits).padStart(6, '0'),
    until: new Date(now + days * 86_400_000).toISOString(),
  }
}

/** @returns `openid-credential-offer://…`, by value (OpenID4VCI 1.0 §4.1.2): nobody can be asked for it now */
export function laterOffer({ code }: LaterCode, { issuer, configurations }: Collecting): string {
  const offer = {
    credential_issuer: issuer,
    credential_configuration_ids: configurations,
    grants: { [grant]: { 'pre-authorized_code': code, tx_code: { input_mode: 'numeric', length: 6 } } },
  }
  return `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`
}
