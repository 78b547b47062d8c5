/** The phone's proof that it holds its key, as kiosk and issuer look at it: a key proof of OpenID4VCI 1.0, appendix F.1. */
import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../../api/answer.ts'
import { zP256PublicJwk, type P256PublicJwk } from '../keys.ts'

const zHeader = z.strictObject({
  typ: z.literal('openid4vci-proof+jwt'),
  alg: z.literal('ES256'),
  /** not strict: phones put `alg` and `use` beside the key; they are dropped */
  jwk: z.looseObject({ d: z.undefined().optional() }).and(zP256PublicJwk),
})
const zPayload = z.object({ aud: z.string(), nonce: z.string(), iat: z.number() })

export interface HolderProofOptions {
  /** DID of the issuer */
  audience: string
  nonce: string
  /** ms since 1970 */
  now: number
  /** The nonce says that it is fresh; the phone's own clock only has to be roughly right. Default a day. */
  oldestMs?: number
}

/** @returns the key; `pairing.unreadable`, `pairing.bad-proof`, `pairing.wrong-nonce` {reason: nonce, audience, clock} */
export async function checkHolderProof(
  jwt: string,
  { audience, nonce, now, oldestMs = 86_400_000 }: HolderProofOptions,
): Promise<Result<P256PublicJwk, Failure>> {
  const header = headerOf(jwt)
  if (!header) return err({ code: 'pairing.unreadable' })
  const jwk = zP256PublicJwk.parse(header.jwk)
  const payload = await verified(jwt, jwk)
  if (!payload) return err({ code: 'pairing.bad-proof' })
  const wrong = (reason: string) => err<never, Failure>({ code: 'pairing.wrong-nonce', detail: { reason } })
  if (payload.nonce !== nonce) return wrong('nonce')
  if (payload.aud !== audience) return wrong('audience')
  if (Math.abs(payload.iat * 1000 - now) > oldestMs) return wrong('clock')
  return ok(jwk)
}

function headerOf(jwt: string): z.infer<typeof zHeader> | undefined {
  try {
    return zHeader.safeParse(decodeProtectedHeader(jwt)).data
  } catch {
    return undefined
  }
}

async function verified(jwt: string, jwk: P256PublicJwk): Promise<z.infer<typeof zPayload> | undefined> {
  try {
    // Its times are judged by the caller, who knows how far a phone's clock may be off.
    const { payload } = await jwtVerify(jwt, jwk, {
      algorithms: ['ES256'],
      currentDate: new Date(0),
      clockTolerance: Number.MAX_SAFE_INTEGER,
    })
    return zPayload.safeParse(payload).data
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof Error) return undefined
    throw error
  }
}
