/**
 * Is this the person who was enrolled? One finger against one template, without any network. It strengthens what a card
 * or slip says; it never replaces it, and it never searches among people (1:1 only).
 */
import { err, ok, type Result } from 'neverthrow'
import type { FingerHint, FingerProgress, FingerVerifierPort } from '../../hardware/ports.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import type { SerialWork } from '../serial-work.ts'
import type { TemplateStore } from './template-store.ts'
import type { FingerName } from './z-template.ts'

export interface VerificationRules {
  /** presses that do not match, before nobody may try again for a while */
  tries: number
  pauseMs: number
  /** for one press, and for all the presses of one template */
  verifyTimeoutMs: number
  enrolTimeoutMs: number
}

interface Watched {
  signal?: AbortSignal
  onProgress?: (progress: FingerProgress) => void
}

export interface KnownFinger {
  finger: FingerName
  template: Uint8Array
}

export type Pressed = { match: true } | { match: false; triesLeft: number; hint?: FingerHint }

export interface VerificationService {
  /** what was kept here of a request and may be used, in the order of the hand */
  of(request: RequestId): Promise<KnownFinger[]>
  /** As many presses as it takes. @returns a template: personal data, to be encrypted. Faults of the scanner */
  make(options: Watched): Promise<Result<Uint8Array, Failure>>
  /** Keeps a template until it expires. `save.*` */
  keep(request: RequestId, known: KnownFinger): Promise<Result<null, Failure>>
  /**
   * One press. `subject` is whose tries are counted; it is kept in memory only.
   * `verification.tries-used`, faults of the scanner
   */
  verify(
    options: Watched & { subject: string; template: Uint8Array; request?: RequestId },
  ): Promise<Result<Pressed, Failure>>
  /** presses that are left to that subject */
  triesLeft(subject: string): number
  /** Deletes what was kept of a request. */
  forget(request: RequestId): Promise<void>
  /** Deletes what has expired; called by the hour. */
  expire(): Promise<void>
}

interface Parts {
  scanner: FingerVerifierPort
  store: TemplateStore
  serial: SerialWork
  clock: Clock
  audit: AuditLog
  rules: VerificationRules
}

export function createVerificationService(parts: Parts): VerificationService {
  const { scanner, store, serial, clock, audit, rules } = parts
  /** when somebody's finger did not match, by subject */
  const misses = new Map<string, number[]>()

  const recentMisses = (subject: string) =>
    (misses.get(subject) ?? []).filter((at) => at <= clock.now() && clock.now() - at < rules.pauseMs)
  const triesLeft = (subject: string) => Math.max(0, rules.tries - recentMisses(subject).length)
  const watching = ({ signal, onProgress }: Watched) => ({
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })

  return {
    of: (request) => store.of(request),
    triesLeft,
    async make(watched) {
      const made = await scanner.enrol({ timeoutMs: rules.enrolTimeoutMs, ...watching(watched) })
      return made.mapErr((code) => ({ code }))
    },
    async keep(request, { finger, template }) {
      const saved = await store.save(request, finger, template)
      if (saved.isOk()) await audit.record('finger.template-saved', { request })
      return saved
    },
    // One check of a person at a time: two at once would get twice the tries.
    verify: ({ subject, template, request, ...watched }) =>
      serial(`verification:${subject}`, async () => {
        if (triesLeft(subject) === 0) {
          return err({ code: 'verification.tries-used', detail: { tries: rules.tries } })
        }
        const about = { ...(request && { request }) }
        const options = { timeoutMs: rules.verifyTimeoutMs, ...watching(watched) }
        const checked = await scanner.verify({ template, ...options })
        if (checked.isErr()) {
          await audit.record('finger.check-failed', { ...about, code: checked.error })
          return err({ code: checked.error })
        }
        const { match, quality } = checked.value
        const before = recentMisses(subject)
        const facts = { ...about, tries: before.length + 1 }
        if (match) {
          misses.delete(subject)
          await audit.record('finger.verified', facts)
          return ok({ match })
        }
        misses.set(subject, [...before, clock.now()])
        await audit.record('finger.not-verified', facts)
        const [hint] = quality?.hints ?? []
        return ok({ match, triesLeft: triesLeft(subject), ...(hint && { hint }) })
      }),
    forget: (request) => store.remove(request),
    async expire() {
      for (const subject of misses.keys()) if (recentMisses(subject).length === 0) misses.delete(subject)
      const count = await store.expire()
      if (count > 0) await audit.record('finger.template-expired', { count })
    },
  }
}

const hourMs = 3_600_000

/** Looks at once and then every hour until `closing` aborts. */
export function keepExpiringTemplates(
  { expire }: Pick<VerificationService, 'expire'>,
  closing: AbortSignal,
): void {
  const look = () => void expire().catch(() => undefined)
  look()
  const timer = setInterval(look, hourMs)
  timer.unref()
  closing.addEventListener('abort', () => clearInterval(timer), { once: true })
}
