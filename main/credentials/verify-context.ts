/** What both formats are judged against, and the judgements that do not depend on the format. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { TrustOrigin } from '../api/z-trust.ts'
import type { AskedPresentation } from './presentation-request.ts'
import type { TrustedIssuers } from './trusted-issuers.ts'
import { zClaimName, type ClaimName, type DisclosedClaims } from './z-foundational.ts'

/** How far phone and kiosk clocks may be apart; a kiosk has no time server for days. */
export const clockSkewSeconds = 300

export interface VerifyContext {
  asked: AskedPresentation
  /** whose Foundational IDs are believed, and by which keys at which time */
  trustedIssuers: TrustedIssuers
  now: Date
}

/** A presentation whose signatures, binding, dates and extent are right; its status is judged afterwards. */
export interface CheckedPresentation {
  claims: DisclosedClaims
  /** who is believed: of a provisional credential whoever delegated */
  issuer: string
  holder: string
  status: { listUrl: string; index: number }
  /** why the issuer's key is believed */
  trust?: TrustOrigin
  /** where a kiosk made it, under that delegation */
  provisional?: {
    office: string
    /** s since 1970 */
    until: number
    delegation: { listUrl: string; index: number }
  }
}

/** `presentation.expired` {reason: not-yet | over} outside of the dates, with the clock skew allowed */
export function checkDates(from: number, until: number, now: Date): Result<null, Failure> {
  const skew = clockSkewSeconds * 1000
  if (now.getTime() > until + skew) return err({ code: 'presentation.expired', detail: { reason: 'over' } })
  if (now.getTime() < from - skew) return err({ code: 'presentation.expired', detail: { reason: 'not-yet' } })
  return ok(null)
}

/** `presentation.wrong-nonce` {reason: nonce | audience | stale}: the answer is not one to this request */
export function checkBinding(
  said: { nonce: string; audience: string; at: number },
  { asked, now }: VerifyContext,
): Result<null, Failure> {
  const wrong = (reason: string) => err({ code: 'presentation.wrong-nonce' as const, detail: { reason } })
  if (said.nonce !== asked.nonce) return wrong('nonce')
  if (said.audience !== asked.clientId) return wrong('audience')
  const skew = clockSkewSeconds * 1000
  if (said.at < asked.created - skew || said.at > now.getTime() + skew) return wrong('stale')
  return ok(null)
}

/**
 * Exactly what was asked, no more and no less: a kiosk must not even see what it did not ask for.
 * `presentation.too-much` {count}, `presentation.claim-missing` {claim}, `presentation.unreadable`
 */
export function checkExtent(
  disclosed: Readonly<Record<string, string | boolean>>,
  claims: readonly ClaimName[],
): Result<DisclosedClaims, Failure> {
  const names = Object.keys(disclosed)
  const asked = new Set<string>(claims)
  const unasked = names.filter((name) => !asked.has(name))
  if (unasked.length > 0) return err({ code: 'presentation.too-much', detail: { count: unasked.length } })
  const missing = claims.find((name) => !Object.hasOwn(disclosed, name))
  if (missing !== undefined) return err({ code: 'presentation.claim-missing', detail: { claim: missing } })
  const result: DisclosedClaims = {}
  for (const name of claims) {
    const value = disclosed[zClaimName.parse(name)]
    if (typeof value !== (name === 'ageOver18' ? 'boolean' : 'string')) {
      return err({ code: 'presentation.unreadable', detail: { part: 'claims' } })
    }
    result[name] = value
  }
  return ok(result)
}
