/** Drafts that nobody has touched for long are personal data without a purpose. */
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import type { SerialWork } from '../serial-work.ts'
import type { DraftStore } from './draft-store.ts'

interface Parts {
  store: DraftStore
  serial: SerialWork
  clock: Clock
  audit: AuditLog
  ttlDays: number
  /** A clock that nobody vouches for must not delete what a citizen walked a day for. */
  clockIsTrusted: () => boolean
}

/** @returns how many were deleted */
export async function expireDrafts(parts: Parts): Promise<number> {
  const { store, serial, clock, audit, ttlDays } = parts
  if (!parts.clockIsTrusted()) return 0
  const oldest = clock.now() - ttlDays * 86_400_000
  let deleted = 0
  for (const { id } of await store.list()) {
    await serial(id, async () => {
      const draft = await store.get(id)
      // One that waits for a supervisor is no draft that was forgotten: the citizen holds its slip.
      if (!draft || draft.signed || draft.returned || Date.parse(draft.changed) >= oldest) return
      await store.remove(id)
      await audit.record('draft.expired', { request: id })
      deleted += 1
    })
  }
  return deleted
}

const hourMs = 3_600_000

/** Looks every hour until `closing` aborts. */
export function keepExpiringDrafts({ closing, ...parts }: Parts & { closing: AbortSignal }): void {
  const timer = setInterval(() => void expireDrafts(parts).catch(() => undefined), hourMs)
  timer.unref()
  closing.addEventListener('abort', () => clearInterval(timer), { once: true })
}
