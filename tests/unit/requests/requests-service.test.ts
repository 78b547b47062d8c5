/** What the screens are told of a long queue: counts and the few that need somebody, never all of it. */
import { expect, test } from 'vitest'
import { createRequestService, type SavedRequest } from '../../../main/requests/requests-service.ts'
import { zRequestHead, type RequestState } from '../../../sync/z-facts.ts'

const now = new Date(2026, 4, 14, 15, 30).getTime()
const idOf = (n: number) => `01JV0000000000000000${String(n).padStart(6, '0')}`

function request(n: number, state: RequestState, at: Date): SavedRequest {
  const created = at.toISOString()
  const doc = zRequestHead.parse({
    ...{ _id: `request:${idOf(n)}`, type: 'request', kind: 'enrolment', kiosk: 'kiosk-001', office: 'Paro' },
    ...{ created, officer: 'officer-1', parts: [] },
  })
  return { doc, state, timeline: [], bytesToGo: 0 }
}

function serviceOf(all: SavedRequest[]) {
  return createRequestService({
    waiting: async () => [],
    slipOfWaiting: () => Promise.reject(new Error('nothing waits')),
    saved: { list: async () => all, get: async () => undefined },
    index: { add: async () => undefined, byCid: () => [], byName: () => [] },
    clock: { now: () => now },
    staffName: async (id) => `name of ${id}`,
    offerAgain: () => {
      throw new Error('not asked for')
    },
    printSlip: () => {
      throw new Error('not asked for')
    },
    saveSlip: () => {
      throw new Error('not asked for')
    },
  })
}

test('today is the calendar day here, from its first instant to before its last', async () => {
  const service = serviceOf([
    request(5, 'queued', new Date(2026, 4, 15, 0, 0)),
    request(4, 'queued', new Date(2026, 4, 14, 23, 59, 59)),
    request(3, 'ready', new Date(2026, 4, 14, 0, 0)),
    request(2, 'ready', new Date(2026, 4, 13, 23, 59, 59)),
    request(1, 'collected', new Date(2026, 3, 14, 12, 0)),
  ])
  expect(await service.today()).toEqual({ saved: 2, ready: 2, troubled: [] })
})

test('of those in trouble the newest eight, with the name of the officer', async () => {
  const day = new Date(2026, 4, 1)
  const all = Array.from({ length: 30 }, (_, n) =>
    request(100 - n, n % 2 === 0 ? 'queued' : n % 4 === 1 ? 'rejected' : 'needs-attention', day),
  )
  const { troubled } = await serviceOf(all).today()
  expect(troubled.map(({ id }) => id)).toEqual([99, 97, 95, 93, 91, 89, 87, 85].map(idOf))
  expect(troubled[0]).toMatchObject({ state: 'rejected', officer: 'name of officer-1' })
})

test('the list ends at the newest three hundred', async () => {
  const all = Array.from({ length: 900 }, (_, n) => request(900 - n, 'queued', new Date(now)))
  const rows = await serviceOf(all).list()
  expect(rows.map(({ id }) => id)).toEqual(all.slice(0, 300).map(({ doc }) => doc._id.slice(8)))
})
