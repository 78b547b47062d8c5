/**
 * Asking a phone for named claims and believing only what it proves, without a network. A question is asked in one
 * window, is answered once, and is forgotten after five minutes.
 */
import { err, ok } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { PresentationService } from '../api/services.ts'
import type { Purpose, Revealed } from '../api/z-citizen.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import { createPresentationRequest, type AskedPresentation } from '../credentials/presentation-request.ts'
import { trustDids, type TrustedIssuers } from '../credentials/trusted-issuers.ts'
import { verifyPresentation } from '../credentials/verify-presentation.ts'
import type { ClaimName } from '../credentials/z-foundational.ts'

/** What each purpose needs, and not one claim more. */
export const claimsFor = {
  'prove-residence': ['dzongkhag', 'gewog'],
  'prove-adult': ['ageOver18'],
  identify: ['cid', 'fullName'],
} as const satisfies Record<Purpose, readonly ClaimName[]>

interface Parts {
  /** the issuers that are believed; undefined while the kiosk knows none */
  trustedIssuers: () => Promise<TrustedIssuers | undefined>
  /** the cached status lists, by the address at which each is published */
  statusLists: () => Promise<ReadonlyMap<string, unknown>>
  /** a status list that is older, or not sound, is not enough to believe what is shown */
  oldestStatusDays: number
  /** by which a phone's owner is told who asks */
  office: () => string
  clock: Clock
  random: (bytes: number) => Uint8Array
  audit: AuditLog
}

const mostOpen = 200

export interface PresentationRoom extends PresentationService {
  /** forgets what was asked in that window */
  forget(session: string): void
}

/** `kiosk.not-commissioned` while nobody is trusted; else the failures of `verifyPresentation` */
export function createPresentationService(parts: Parts): PresentationRoom {
  const { clock, random, audit } = parts
  const open = new Map<string, { asked: AskedPresentation; session: string }>()

  function sweep(): void {
    for (const [id, { asked }] of open) if (clock.now() > asked.expires) open.delete(id)
    const [oldest] = open.keys()
    if (open.size >= mostOpen && oldest !== undefined) open.delete(oldest)
  }

  return {
    async request(session, purpose) {
      if (!(await parts.trustedIssuers())) return err({ code: 'kiosk.not-commissioned' })
      sweep()
      const id = Buffer.from(random(9)).toString('base64url')
      const asked = createPresentationRequest({
        ...{ id, claims: claimsFor[purpose], clock, random },
        asker: { office: parts.office().slice(0, 80), purpose },
      })
      open.set(id, { asked, session: session.id })
      await audit.record('presentation.asked', { purpose })
      const expires = new Date(asked.expires).toISOString()
      return ok({ id, qr: asked.text, purpose, claims: [...asked.claims], expires })
    },
    async verify(session, id, answer) {
      const known = open.get(id)
      if (!known || known.session !== session.id) {
        return err({ code: 'presentation.wrong-nonce', detail: { reason: 'request' } })
      }
      // Taken away before anything is waited for: of two answers that come at once only one is judged.
      open.delete(id)
      const [trustedIssuers, lists] = await Promise.all([parts.trustedIssuers(), parts.statusLists()])
      const verified = await verifyPresentation({
        answer,
        asked: known.asked,
        trustedIssuers: trustedIssuers ?? trustDids([]),
        statusList: (url) => lists.get(url),
        oldestStatusDays: parts.oldestStatusDays,
        clock,
      })
      if (verified.isErr()) {
        // What cannot be read was no answer: the camera may have seen something else, and the phone may try again.
        if (isNoAnswer(verified.error) && clock.now() <= known.asked.expires) open.set(id, known)
        await audit.record('presentation.refused', { code: verified.error.code })
        return err(verified.error)
      }
      await audit.record('presentation.verified', { kind: verified.value.format })
      const { claims, issuer, format, statusAgeDays, provisional, trust } = verified.value
      const revealed: Revealed = {
        claims: Object.entries(claims).map(([name, value]) => ({ name, value: String(value) })),
        ...{ issuer, format, statusAgeDays },
        ...(provisional && {
          provisional: {
            office: provisional.office,
            until: new Date(provisional.until * 1000).toISOString(),
          },
        }),
        ...(trust && { trust }),
      }
      return ok(revealed)
    },
    forget(session) {
      for (const [id, one] of open) if (one.session === session) open.delete(id)
    },
  }
}

function isNoAnswer({ code, detail }: Failure): boolean {
  return code === 'presentation.unreadable' && detail?.['part'] === 'answer'
}
