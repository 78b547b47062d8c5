/** The counts of one day, from the queue and from the log of what people did. Pure. */
import type { AuditLine } from '../audit/z-audit-event.ts'
import type { DayReport, DayRow } from '../api/z-end-of-day.ts'
import type { RequestState } from '../../sync/z-facts.ts'

export interface CountedRequest {
  id: string
  kind: DayRow['kind']
  created: string
  state: RequestState
}

export interface DayFacts {
  /** every request of this kiosk */
  requests: readonly CountedRequest[]
  /** the whole log */
  lines: readonly AuditLine[]
  /** first instant of the day, and of the next */
  from: string
  to: string
}

/** What the log says when a request of the desk or of the self-service door was saved. */
const savedBy: ReadonlySet<string> = new Set([
  'request.submitted',
  'approval.given',
  'reissue.queued',
  // The power went between the disk and the log.
  'draft.taken-up-after-submit',
])
/** kinds of which each has a line of its own in the log */
const recorded: ReadonlySet<DayRow['kind']> = new Set(['enrolment', 'reissue'])

export const closedEvent = 'day.closed'

/** @returns by kind how those of that day stand; what was saved is the sum of each row */
export function rowsOf({ requests, from, to }: DayFacts): DayRow[] {
  const rows = new Map<DayRow['kind'], DayRow>()
  for (const { kind, created, state } of requests) {
    if (created < from || created >= to) continue
    const row = rows.get(kind) ?? { kind, sent: 0, waiting: 0, attention: 0 }
    rows.set(kind, { ...row, [standingOf(state)]: row[standingOf(state)] + 1 })
  }
  return [...rows.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}
const order: readonly DayRow['kind'][] = ['enrolment', 'reissue', 'collection', 'provision']

function standingOf(state: RequestState): 'sent' | 'waiting' | 'attention' {
  switch (state) {
    case 'queued':
    case 'uploading':
      return 'waiting'
    case 'received':
    case 'checking':
    case 'ready':
    case 'collected':
      return 'sent'
    case 'needs-attention':
    case 'rejected':
      return 'attention'
  }
}

/** Two books that were written apart: whoever lost a document, or a line, stands out. */
export function agreementOf({ requests, lines, from, to }: DayFacts): DayReport['agreement'] {
  const inLog = new Set(lines.flatMap(({ event, facts }) => (savedBy.has(event) ? [facts?.request] : [])))
  const inQueue = new Set(requests.map(({ id }) => id))
  const ofDay = lines.filter(({ at }) => at >= from && at < to)
  const missing = ofDay.filter(
    ({ event, facts }) =>
      savedBy.has(event) && typeof facts?.request === 'string' && !inQueue.has(facts.request),
  )
  const unrecorded = requests.filter(
    ({ id, kind, created }) => created >= from && created < to && recorded.has(kind) && !inLog.has(id),
  )
  return { missing: new Set(missing.map(({ facts }) => facts?.request)).size, unrecorded: unrecorded.length }
}

/** @returns the closings in the log, the newest first */
export function closingsOf(lines: readonly AuditLine[]): { at: string; by: string; saved: number }[] {
  return lines
    .flatMap(({ event, at, facts }) =>
      event === closedEvent ? [{ at, by: String(facts?.staff ?? ''), saved: Number(facts?.count ?? 0) }] : [],
    )
    .toReversed()
}
