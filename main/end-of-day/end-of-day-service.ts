/** The end of a day: counts that agree, what is left, and the word that it is closed. */
import { ok } from 'neverthrow'
import type { EndOfDayService } from '../api/services.ts'
import type { DayReport } from '../api/z-end-of-day.ts'
import type { AuditLog, AuditReader } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import { requestIdOf, type SavedRequests } from '../requests/requests-service.ts'
import { dayOf, localDay } from './local-day.ts'
import { agreementOf, closedEvent, closingsOf, rowsOf, type DayFacts } from './count-day.ts'

interface Parts {
  saved: SavedRequests
  /** how many are signed and wait for a supervisor, and how many are open */
  approvals: () => Promise<number>
  drafts: () => Promise<number>
  audit: AuditReader & Pick<AuditLog, 'record'>
  staffName: (id: string) => Promise<string>
  clock: Clock
}

/** More than a season nobody reads on a screen. */
const mostEarlier = 60

export function createEndOfDay({
  saved,
  approvals,
  drafts,
  audit,
  staffName,
  clock,
}: Parts): EndOfDayService {
  async function report(): Promise<DayReport> {
    const { from, to } = localDay(clock.now())
    const [all, lines] = await Promise.all([saved.list(), audit.lines()])
    // What waited for a supervisor was saved when it was approved, perhaps on another day than it was signed.
    const approved = new Map(
      lines.flatMap(({ event, at, facts }) =>
        event === 'approval.given' ? [[facts?.request, at] as const] : [],
      ),
    )
    const requests = all.map(({ doc, state }) => {
      const id = requestIdOf(doc)
      return { id, kind: doc.kind, created: approved.get(id) ?? doc.created, state }
    })
    const facts: DayFacts = { requests, lines, from, to }
    const unsent = all.filter(({ state }) => state === 'queued' || state === 'uploading')
    const oldest = unsent.map(({ doc }) => doc.created).sort()[0]
    const closings = await Promise.all(
      closingsOf(lines).map(async (one) => ({ ...one, by: await staffName(one.by) })),
    )
    const closed = closings.find(({ at }) => at >= from && at < to)
    return {
      day: dayOf(clock.now()),
      rows: rowsOf(facts),
      approvals: await approvals(),
      drafts: await drafts(),
      unsent: {
        count: unsent.length,
        bytes: unsent.reduce((sum, { bytesToGo }) => sum + bytesToGo, 0),
        ...(oldest !== undefined && { oldest }),
      },
      agreement: agreementOf(facts),
      ...(closed && { closed }),
      earlier: closings.filter(({ at }) => at < from).slice(0, mostEarlier),
    }
  }

  return {
    report,
    async close(staff) {
      const { rows } = await report()
      const count = rows.reduce((sum, { sent, waiting, attention }) => sum + sent + waiting + attention, 0)
      await audit.record(closedEvent, { staff: staff.id, count })
      return ok(await report())
    },
  }
}
