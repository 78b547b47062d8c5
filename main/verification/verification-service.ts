/**
 * Is this the person who was enrolled here? One finger against the template that this kiosk kept, without any network.
 * It strengthens what a card or slip says; it never replaces it, and it never searches among people (1:1 only).
 */
import { err, ok, type Result } from 'neverthrow'
import type { FingerProgress, FingerVerifierPort } from '../../hardware/ports.ts'
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
  request: RequestId
  signal?: AbortSignal
  onProgress?: (progress: FingerProgress) => void
}

export interface VerificationService {
  /** which fingers can be checked here, in the order of the hand */
  fingers(request: RequestId): Promise<FingerName[]>
  /** Makes a template and keeps it. Faults of the scanner, `save.*` */
  enrol(options: Watched & { finger: FingerName }): Promise<Result<null, Failure>>
  /** One press. `verification.no-template`, `verification.tries-used`, faults of the scanner */
  verify(options: Watched & { finger: FingerName }): Promise<Result<{ match: boolean }, Failure>>
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
  /** when somebody's finger did not match, by request */
  const misses = new Map<RequestId, number[]>()

  const recentMisses = (request: RequestId) =>
    (misses.get(request) ?? []).filter((at) => at <= clock.now() && clock.now() - at < rules.pauseMs)
  const watching = ({ signal, onProgress }: Watched) => ({
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })

  return {
    fingers: async (request) => (await store.of(request)).map(({ finger }) => finger),
    async enrol({ request, finger, ...watched }) {
      const options = watching({ request, ...watched })
      const made = await scanner.enrol({ timeoutMs: rules.enrolTimeoutMs, ...options })
      if (made.isErr()) return err({ code: made.error })
      const saved = await store.save(request, finger, made.value)
      made.value.fill(0)
      if (saved.isOk()) await audit.record('finger.template-saved', { request })
      return saved
    },
    // One check of a request at a time: two at once would get twice the tries.
    verify: ({ request, finger, ...watched }) =>
      serial(`verification:${request}`, async () => {
        const before = recentMisses(request)
        if (before.length >= rules.tries) {
          return err({ code: 'verification.tries-used', detail: { tries: rules.tries } })
        }
        const kept = (await store.of(request)).find((one) => one.finger === finger)
        if (!kept) return err({ code: 'verification.no-template' })
        const options = watching({ request, ...watched })
        const { template } = kept
        const checked = await scanner.verify({ template, timeoutMs: rules.verifyTimeoutMs, ...options })
        template.fill(0)
        if (checked.isErr()) {
          await audit.record('finger.check-failed', { request, code: checked.error })
          return err({ code: checked.error })
        }
        const { match } = checked.value
        if (match) misses.delete(request)
        else misses.set(request, [...before, clock.now()])
        const facts = { request, tries: before.length + 1 }
        await audit.record(match ? 'finger.verified' : 'finger.not-verified', facts)
        return ok({ match })
      }),
    async forget(request) {
      misses.delete(request)
      await store.remove(request)
    },
    async expire() {
      for (const request of misses.keys()) if (recentMisses(request).length === 0) misses.delete(request)
      const count = await store.expire()
      if (count > 0) await audit.record('finger.template-expired', { count })
    },
  }
}
