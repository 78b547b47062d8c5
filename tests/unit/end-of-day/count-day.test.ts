/** Two books that were written apart, and the sum that a person goes home by. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextLine } from '../../../main/audit/chain.ts'
import type { AuditLine } from '../../../main/audit/z-audit-event.ts'
import { agreementOf, closingsOf, rowsOf, type CountedRequest } from '../../../main/end-of-day/count-day.ts'
import { dayOf, localDay } from '../../../main/end-of-day/local-day.ts'
import { zRequestState } from '../../../sync/z-facts.ts'

const from = '2026-11-25T00:00:00.000Z'
const to = '2026-11-26T00:00:00.000Z'
const noon = '2026-11-25T12:00:00.000Z'
const yesterday = '2026-11-24T12:00:00.000Z'

/** Lines as the log writes them, each with the hash of the one before. */
function logOf(
  entries: readonly (readonly [event: AuditLine['event'], at: string, facts?: AuditLine['facts']])[],
): AuditLine[] {
  const lines: AuditLine[] = []
  for (const [event, at, facts] of entries)
    lines.push(nextLine(lines.at(-1), { event, at, ...(facts && { facts }) }))
  return lines
}
const request = (id: string, over: Partial<CountedRequest> = {}): CountedRequest => ({
  ...{ id, kind: 'enrolment', created: noon, state: 'queued' },
  ...over,
})

const anyRequest = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom(
    'enrolment' as const,
    'reissue' as const,
    'collection' as const,
    'provision' as const,
  ),
  created: fc.constantFrom(from, noon, yesterday, to),
  state: fc.constantFrom(...zRequestState.options),
})

describe('the sum of a day', () => {
  test('has every request of that day once, whatever its state', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyRequest, { selector: ({ id }) => id }), (requests) => {
        const rows = rowsOf({ requests, lines: [], from, to })
        const counted = rows.reduce(
          (sum, { sent, waiting, attention }) => sum + sent + waiting + attention,
          0,
        )
        expect(counted).toBe(requests.filter(({ created }) => created >= from && created < to).length)
        expect(new Set(rows.map(({ kind }) => kind)).size).toBe(rows.length)
      }),
    )
  })
})

describe('the log and the queue', () => {
  test('agree where each thing that was saved stands in both, in any order and said twice', () => {
    const made = fc.uniqueArray(anyRequest, { selector: ({ id }) => id })
    fc.assert(
      fc.property(made, fc.boolean(), (requests, twice) => {
        const said = requests.map(
          ({ id, kind, created }) =>
            [
              kind === 'reissue' ? ('reissue.queued' as const) : ('request.submitted' as const),
              created,
              { request: id },
            ] as const,
        )
        const lines = logOf(twice ? [...said, ...said] : said)
        expect(agreementOf({ requests, lines, from, to })).toEqual({ missing: 0, unrecorded: 0 })
      }),
    )
  })
  test('differ by what the disk lost, and by what the log lost', () => {
    const lines = logOf([
      ['request.submitted', noon, { request: 'a' }],
      ['request.submitted', noon, { request: 'lost' }],
      // Another day is another page.
      ['request.submitted', yesterday, { request: 'lost-yesterday' }],
      ['draft.opened', noon, { request: 'draft' }],
    ])
    const requests = [
      request('a'),
      request('b'),
      request('c', { kind: 'collection' }),
      request('d', { created: yesterday }),
    ]
    expect(agreementOf({ requests, lines, from, to })).toEqual({ missing: 1, unrecorded: 1 })
  })
  test('agree on what was signed one day and approved the next', () => {
    const lines = logOf([['approval.given', noon, { request: 'a' }]])
    expect(agreementOf({ requests: [request('a', { created: yesterday })], lines, from, to })).toEqual({
      ...{ missing: 0, unrecorded: 0 },
    })
  })
})

test('closings come the newest first, with who and how many', () => {
  const lines = logOf([
    ['day.closed', yesterday, { staff: 'officer-1', count: 3 }],
    ['staff.signed-in', noon, { staff: 'officer-1' }],
    ['day.closed', noon, { staff: 'supervisor-1', count: 0 }],
  ])
  expect(closingsOf(lines)).toEqual([
    { at: noon, by: 'supervisor-1', saved: 0 },
    { at: yesterday, by: 'officer-1', saved: 3 },
  ])
})

test('a day is the one on the wall here', () => {
  const at = new Date(2026, 10, 25, 23, 59).getTime()
  expect(dayOf(at)).toBe('2026-11-25')
  const { from: first, to: next } = localDay(at)
  expect([Date.parse(first), Date.parse(next)]).toEqual([
    new Date(2026, 10, 25).getTime(),
    new Date(2026, 10, 26).getTime(),
  ])
})
