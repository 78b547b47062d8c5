/** From the text of a phone's QR to the claims that a citizen revealed, or the reason why not. All offline. */
import { err, ok, type Result } from 'neverthrow'
import type { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import type { AskedPresentation, PresentationFormat } from './presentation-request.ts'
import { notDelegated } from './delegation.ts'
import { checkStatus } from './status-list.ts'
import { checkTokenStatus } from './token-status-list.ts'
import type { CheckedPresentation, VerifyContext } from './verify-context.ts'
import { verifyLdp } from './verify-ldp.ts'
import type { TrustOrigin } from '../api/z-trust.ts'
import type { TrustedIssuers } from './trusted-issuers.ts'
import { verifySdJwt } from './verify-sd-jwt.ts'
import type { DisclosedClaims } from './z-foundational.ts'
import { longestAnswer, zVpToken } from './z-presentation.ts'
import type { StatusPlace } from './z-status.ts'

export interface VerifyOptions {
  /** what the answer QR held: `btkiosk:present:1:<id>#vp_token=…` */
  answer: string
  /** as `createPresentationRequest` gave it; the caller uses each only once */
  asked: AskedPresentation
  /** the issuers that are believed, from the signed trust list */
  trustedIssuers: TrustedIssuers
  /** the cached status list that is published at this address, if any */
  statusList: (url: string) => unknown
  /** by policy; a list that is older or not sound is refused with what relies on it */
  oldestStatusDays: number
  clock: { now(): number }
}

/** What is asked for by code is one of the first two, to keep it small; who asks online may take the third as well. */
export type ShownFormat = PresentationFormat | 'mso_mdoc'

export interface VerifiedPresentation {
  /** exactly the claims that were asked for */
  claims: DisclosedClaims
  issuer: string
  /** did:key (or did:jwk) of the phone */
  holder: string
  format: ShownFormat
  /** age of the list that was consulted; of the older, where there were two */
  statusAgeDays: number
  /** a kiosk made it under the issuer's delegation: whose office, and until when it is good (s since 1970) */
  provisional?: { office: string; until: number }
  /** why the issuer's key is believed: by whom it was looked at, where and when */
  trust?: TrustOrigin
}

/**
 * @returns the claims, all checks passed; else one of `presentation.unreadable` {part},
 *   `presentation.earlier-answer` (of another request), `presentation.wrong-nonce` {reason} (of none, or too late),
 *   `presentation.issuer-unknown`, `presentation.issuer-key-unknown`, `presentation.issuer-key-revoked` {reason},
 *   `presentation.trust-old` {days}, `presentation.bad-signature`, `presentation.holder-mismatch` {reason},
 *   `presentation.expired` {reason}, `presentation.too-much` {count}, `presentation.claim-missing` {claim},
 *   `presentation.revoked`, `presentation.status-missing`, `presentation.status-old` {days},
 *   `presentation.not-delegated` {reason}
 */
export async function verifyPresentation({
  answer,
  ...options
}: VerifyOptions): Promise<Result<VerifiedPresentation, Failure>> {
  const token = readAnswer(answer, options.asked)
  return token.isErr() ? err(token.error) : verifyToken(token.value, options)
}

/** The same of an answer that did not come as a code. @param token `vp_token` as it was read, not looked at yet */
export async function verifyVpToken(
  token: unknown,
  options: Omit<VerifyOptions, 'answer'>,
): Promise<Result<VerifiedPresentation, Failure>> {
  const parsed = zVpToken.safeParse(token)
  if (!parsed.success) return err({ code: 'presentation.unreadable', detail: { part: 'answer' } })
  return verifyToken(parsed.data, options)
}

async function verifyToken(
  token: z.infer<typeof zVpToken>,
  options: Omit<VerifyOptions, 'answer'>,
): Promise<Result<VerifiedPresentation, Failure>> {
  const { asked, clock } = options
  const now = new Date(clock.now())
  if (now.getTime() > asked.expires)
    return err({ code: 'presentation.wrong-nonce', detail: { reason: 'late' } })

  const context: VerifyContext = { asked, trustedIssuers: options.trustedIssuers, now }
  const { format, checked } = await judge(token, context)
  if (checked.isErr()) return err(checked.error)

  const status = await judgeStatus(checked.value, options, now)
  if (status.isErr()) return err(status.error)
  const { claims, issuer, holder, trust, provisional } = checked.value
  return ok({
    ...{ claims, issuer, holder, format, ...status.value },
    ...(provisional && { provisional: { office: provisional.office, until: provisional.until } }),
    ...(trust && { trust }),
  })
}

async function judge(
  token: z.infer<typeof zVpToken>,
  context: VerifyContext,
): Promise<{ format: ShownFormat; checked: Result<CheckedPresentation, Failure> }> {
  if ('sd' in token) return { format: 'dc+sd-jwt', checked: await verifySdJwt(token.sd[0], context) }
  if ('ld' in token) return { format: 'ldp_vc', checked: await verifyLdp(token.ld[0], context) }
  // Few phones show one: what reads it is loaded for the first that does.
  const { verifyMdoc } = await import('./mdoc/verify-mdoc.ts')
  return { format: 'mso_mdoc', checked: await verifyMdoc(token.md[0], context) }
}

/** `presentation.unreadable`, or `presentation.earlier-answer` where it is an answer to another request */
function readAnswer(answer: string, asked: AskedPresentation) {
  const unreadable = err<never, Failure>({ code: 'presentation.unreadable', detail: { part: 'answer' } })
  if (answer.length > longestAnswer) return unreadable
  const [redirect, fragment, ...more] = answer.split('#')
  if (redirect === undefined || fragment === undefined || more.length > 0) return unreadable
  if (!/^btkiosk:present:1:[A-Za-z0-9_-]{1,40}$/.test(redirect)) return unreadable
  const parameters = new URLSearchParams(fragment)
  const [text, ...others] = parameters.getAll('vp_token')
  if (text === undefined || others.length > 0) return unreadable
  const parsed = zVpToken.safeParse(parsedJson(text))
  if (!parsed.success) return unreadable
  if (redirect !== asked.redirectUri) {
    return err<never, Failure>({ code: 'presentation.earlier-answer' })
  }
  return ok(parsed.data)
}

/**
 * One that is not sound is no list; one that is too old may lack what was revoked since, though a bit that is set is final
 * in any of them. Of a provisional credential the delegation is looked up first: a kiosk that was stolen counts for nothing.
 * @returns the age of the older of the lists
 * `presentation.revoked`, `presentation.not-delegated` {reason: revoked}, `presentation.status-missing`,
 *   `presentation.status-old` {days}
 */
async function judgeStatus(
  { issuer, status, provisional }: CheckedPresentation,
  options: JudgedBy,
  now: Date,
): Promise<Result<{ statusAgeDays: number }, Failure>> {
  const delegated = provisional && (await judgePlace(provisional.delegation, issuer, options, now))
  if (delegated?.isErr()) {
    const isRevoked = delegated.error.code === 'presentation.revoked'
    return isRevoked ? notDelegated('revoked') : err(delegated.error)
  }
  const own = await judgePlace(status, issuer, options, now)
  return own.map((days) => ({ statusAgeDays: Math.max(days, delegated?.unwrapOr(0) ?? 0) }))
}

type JudgedBy = Pick<VerifyOptions, 'statusList' | 'oldestStatusDays' | 'trustedIssuers'>

async function judgePlace(
  place: StatusPlace,
  issuer: string,
  { statusList, oldestStatusDays, trustedIssuers }: JudgedBy,
  now: Date,
): Promise<Result<number, Failure>> {
  const list = statusList(place.listUrl)
  if (list === undefined) return err({ code: 'presentation.status-missing' })
  const check = { place, issuer, list, now, trustedIssuers }
  const read = await (typeof list === 'string' ? checkTokenStatus(check) : checkStatus(check))
  if (read.isErr()) return err({ code: 'presentation.status-old', detail: { reason: 'unsound' } })
  if (read.value.revoked) return err({ code: 'presentation.revoked' })
  const days = read.value.ageDays
  if (days > oldestStatusDays)
    return err({ code: 'presentation.status-old', detail: { reason: 'old', days: Math.floor(days) } })
  return ok(days)
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
