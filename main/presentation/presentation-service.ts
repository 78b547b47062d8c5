/**
 * Asking a phone for named claims and believing only what it proves, without a network. A question is asked in one
 * window, is answered once, and is forgotten after five minutes.
 */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { PresentationService } from '../api/services.ts'
import type { Purpose, Revealed } from '../api/z-citizen.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import { createPresentationRequest, type AskedPresentation } from '../credentials/presentation-request.ts'
import { trustDids, type TrustedIssuers } from '../credentials/trusted-issuers.ts'
import { claimsOfPurposes } from '../credentials/purposes.ts'
import {
  verifyPresentation,
  verifyVpToken,
  type VerifiedPresentation,
  type VerifyOptions,
} from '../credentials/verify-presentation.ts'
import type { ClaimName } from '../credentials/z-foundational.ts'
import type { OnlineQuestion, OnlineQuestions } from './online-questions.ts'

export const claimsFor = claimsOfPurposes satisfies Record<Purpose, readonly ClaimName[]>

interface Parts {
  /** the issuers that are believed; undefined while the kiosk knows none */
  trustedIssuers: () => Promise<TrustedIssuers | undefined>
  /** what people call an issuer, where that is known */
  nameOf?: (did: string) => Promise<string | undefined>
  /** the cached status lists, by the address at which each is published */
  statusLists: () => Promise<ReadonlyMap<string, unknown>>
  /** a status list that is older, or not sound, is not enough to believe what is shown */
  oldestStatusDays: number
  /** by which a phone's owner is told who asks */
  office: () => string
  /** phones that have a network are asked through the issuer */
  online: OnlineQuestions
  clock: Clock
  random: (bytes: number) => Uint8Array
  audit: AuditLog
}

const mostOpen = 200

interface Asked {
  asked: AskedPresentation
  session: string
  /** where the answer comes over the network */
  online?: OnlineQuestion
}

export interface PresentationRoom extends PresentationService {
  /** forgets what was asked in that window */
  forget(session: string): void
}

/** `kiosk.not-commissioned` while nobody is trusted; else the failures of `verifyPresentation` */
export function createPresentationService(parts: Parts): PresentationRoom {
  const { clock, random, audit } = parts
  const open = new Map<string, Asked>()

  function sweep(): void {
    for (const [id, { asked }] of open) if (clock.now() > asked.expires) open.delete(id)
    const [oldest] = open.keys()
    if (open.size >= mostOpen && oldest !== undefined) open.delete(oldest)
  }

  async function told(asked: AskedPresentation, purpose: Purpose) {
    await audit.record('presentation.asked', { purpose })
    const expires = new Date(asked.expires).toISOString()
    return { id: asked.id, qr: asked.text, purpose, claims: [...asked.claims], expires }
  }

  async function judgedBy({ asked }: Asked): Promise<Omit<VerifyOptions, 'answer'>> {
    const [trustedIssuers, lists] = await Promise.all([parts.trustedIssuers(), parts.statusLists()])
    return {
      ...{ asked, clock, oldestStatusDays: parts.oldestStatusDays },
      trustedIssuers: trustedIssuers ?? trustDids([]),
      statusList: (url) => lists.get(url),
    }
  }

  async function revealed(
    verified: Result<VerifiedPresentation, Failure>,
  ): Promise<Result<Revealed, Failure>> {
    if (verified.isErr()) {
      await audit.record('presentation.refused', { code: verified.error.code })
      return err(verified.error)
    }
    await audit.record('presentation.verified', { kind: verified.value.format })
    const { claims, issuer, format, statusAgeDays, provisional, trust } = verified.value
    const issuerName = await parts.nameOf?.(issuer)
    return ok({
      claims: Object.entries(claims).map(([name, value]) => ({ name, value: String(value) })),
      ...{ issuer, format, statusAgeDays },
      ...(issuerName !== undefined && { issuerName }),
      ...(provisional && {
        provisional: {
          office: provisional.office,
          until: new Date(provisional.until * 1000).toISOString(),
        },
      }),
      ...(trust && { trust }),
    })
  }

  return {
    async request(session, purpose, over) {
      if (!(await parts.trustedIssuers())) return err({ code: 'kiosk.not-commissioned' })
      sweep()
      if (over === 'network') {
        const online = await parts.online.ask(purpose)
        if (online.isErr()) return err(online.error)
        const { asked } = online.value
        open.set(asked.id, { asked, session: session.id, online: online.value })
        return ok(await told(asked, purpose))
      }
      const id = Buffer.from(random(9)).toString('base64url')
      const asked = createPresentationRequest({
        ...{ id, claims: claimsFor[purpose], clock, random },
        asker: { office: parts.office().slice(0, 80), purpose },
      })
      open.set(id, { asked, session: session.id })
      return ok(await told(asked, purpose))
    },
    async verify(session, id, answer) {
      const known = open.get(id)
      if (!known || known.session !== session.id || known.online) return notAsked
      // Taken away before anything is waited for: of two answers that come at once only one is judged.
      open.delete(id)
      const verified = await verifyPresentation({ answer, ...(await judgedBy(known)) })
      // What cannot be read was no answer, and one to another question answers nothing here: the camera may have seen
      // something else, or what the phone showed before. The phone may try again.
      if (verified.isErr() && isNoAnswer(verified.error) && clock.now() <= known.asked.expires)
        open.set(id, known)
      return revealed(verified)
    },
    async collect(session, id) {
      const known = open.get(id)
      if (!known?.online || known.session !== session.id) return notAsked
      if (clock.now() > known.asked.expires) {
        open.delete(id)
        return err({ code: 'presentation.wrong-nonce', detail: { reason: 'late' } })
      }
      const collected = await parts.online.collect(known.online)
      if (collected.isErr() && !isNoAnswer(collected.error)) return err(collected.error)
      if (collected.isOk() && collected.value === null) return ok(null)
      // The relay gives an answer out once; of two who came for it, one is too late.
      if (!open.delete(id)) return notAsked
      if (collected.isErr()) return revealed(err(collected.error))
      return revealed(await verifyVpToken(collected.value?.token, await judgedBy(known)))
    },
    forget(session) {
      for (const [id, one] of open) if (one.session === session) open.delete(id)
    },
  }
}

const notAsked = err<never, Failure>({ code: 'presentation.wrong-nonce', detail: { reason: 'request' } })

function isNoAnswer({ code, detail }: Failure): boolean {
  if (code === 'presentation.earlier-answer') return true
  return code === 'presentation.unreadable' && detail?.['part'] === 'answer'
}
