/** "Offer again": what a person is told of it, for each thing that can come of it. */
import { expect, test } from 'vitest'
import { createOfferAgain } from '../../../main/requests/offer-again.ts'
import type { LinkState } from '../../../sync/link.ts'
import type { RequestOverview } from '../../../sync/open-sync.ts'
import { Answered } from '../../../sync/remote.ts'
import { zRequestHead, zRequestId } from '../../../sync/z-facts.ts'

const id = zRequestId.parse('01JV0000000000000000000001')
const document = zRequestHead.parse({
  ...{ _id: `request:${id}`, type: 'request', kind: 'enrolment', kiosk: 'kiosk-001', office: 'Paro' },
  ...{ created: '2026-03-01T09:00:00.000Z', officer: 'officer-1', parts: [] },
})
type Stopped = RequestOverview['stopped']
const shown = (stopped: Stopped): RequestOverview => ({
  ...{ id, document, bytesToGo: 0, state: 'needs-attention', timeline: [] },
  ...(stopped && { stopped }),
})

function world(
  before: Stopped | 'unknown',
  after: Stopped,
  more: { link?: LinkState; fails?: unknown } = {},
) {
  const { link = 'up', fails } = more
  let offered = 0
  const audited: unknown[] = []
  const offerAgain = createOfferAgain({
    sync: {
      status: async () => {
        if (before === 'unknown') return undefined
        return shown(offered === 0 ? before : after)
      },
      offerAgain: async () => {
        offered += 1
        if (fails !== undefined) throw fails
      },
      synchroniser: { isOpen: link === 'up' || link === 'slow', progress: () => ({ link, faults: [] }) },
    },
    audit: {
      record: async (event: string, facts?: object) => void audited.push([event, facts]),
      verify: () => Promise.reject(new Error('not asked for')),
      close: async () => undefined,
    },
  })
  return { go: () => offerAgain(id), offered: () => offered, audited }
}

test.each<[Stopped, Stopped, string]>([
  ['document-refused', undefined, 'taken'],
  ['document-refused', 'document-refused', 'refused-again'],
  ['payload-refused', undefined, 'being-sent'],
  // The document went; what is wrong with its payload is another matter, and is shown as such.
  ['document-refused', 'payload-damaged', 'taken'],
])('%s, then %s: %s', async (before, after, outcome) => {
  const { go, audited } = world(before, after)
  expect((await go())._unsafeUnwrap()).toEqual({ outcome })
  expect(audited).toEqual([['request.offered-again', { request: id, code: outcome }]])
})

test.each<Stopped>([undefined, 'payload-damaged'])(
  '%s: nothing was refused, so nothing is offered',
  async (before) => {
    const { go, offered } = world(before, before)
    expect((await go())._unsafeUnwrap()).toEqual({ outcome: 'not-refused' })
    expect(offered()).toBe(0)
  },
)

test.each<[LinkState, string]>([
  ['down', 'link.down'],
  ['no-interface', 'link.down'],
  ['portal', 'issuer.nonsense'],
  ['error', 'issuer.error'],
  ['unauthorised', 'issuer.unauthorised'],
])('while the link is %s it says so and changes nothing', async (link, code) => {
  const { go, offered } = world('document-refused', undefined, { link })
  expect((await go())._unsafeUnwrapErr()).toEqual({ code })
  expect(offered()).toBe(0)
})

test.each<[unknown, string]>([
  [Object.assign(new TypeError('fetch failed'), { cause: new Error('cut') }), 'link.down'],
  [new DOMException('late', 'TimeoutError'), 'link.slow'],
  [new Answered('facts', 503), 'issuer.error'],
])('a link that fails meanwhile is told: %s', async (fails, code) => {
  expect((await world('document-refused', undefined, { fails }).go())._unsafeUnwrapErr()).toEqual({ code })
})

test('a request that is not here is unknown', async () => {
  expect((await world('unknown', undefined).go())._unsafeUnwrapErr()).toEqual({ code: 'request.unknown' })
})
