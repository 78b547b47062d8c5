/** From facts to status: the same whatever order they came in and however often. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldStatus } from '../../../sync/status.ts'
import { zReceiptDoc, zReceiptState, zRequestDoc } from '../../../sync/z-facts.ts'

const id = '01JB0000000000000000000000'
const request = zRequestDoc.parse({
  _id: `request:${id}`,
  type: 'request',
  kind: 'enrolment',
  kiosk: 'kiosk-001',
  office: 'Paro',
  created: '2026-03-01T09:00:00Z',
  officer: 'officer-1',
  sealed: 'x',
  parts: [],
  signature: 'x',
})
const receipts = fc.array(fc.constantFrom(...zReceiptState.options), { maxLength: 8 }).map((states) =>
  states.map((state, seq) =>
    zReceiptDoc.parse({
      _id: `receipt:${id}:${String(seq).padStart(4, '0')}`,
      type: 'receipt',
      request: id,
      seq,
      state,
      at: new Date(Date.UTC(2026, 2, 1, 10, seq)).toISOString(),
      signature: 'x',
    }),
  ),
)
/** the same receipts, some of them twice, in any order */
const shuffled = receipts.chain((all) =>
  fc
    .tuple(fc.subarray(all), fc.array(fc.nat(1_000), { minLength: 16, maxLength: 16 }))
    .map(([again, keys]) => ({
      all,
      mixed: [...all, ...again]
        .map((receipt, n) => ({ receipt, key: keys[n % keys.length] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ receipt }) => receipt),
    })),
)

test('receipts that come reordered and twice fold to the same status', () => {
  fc.assert(
    fc.property(shuffled, fc.boolean(), ({ all, mixed }, sending) => {
      expect(foldStatus(request, mixed, sending)).toEqual(foldStatus(request, all, sending))
    }),
  )
})

test('the last that the issuer said counts, and each is in the timeline once', () => {
  fc.assert(
    fc.property(shuffled, ({ all, mixed }) => {
      const { state, timeline } = foldStatus(request, mixed, false)
      expect(state).toBe(all.at(-1)?.state ?? 'queued')
      expect(timeline.map((entry) => entry.state)).toEqual(['queued', ...all.map((one) => one.state)])
    }),
  )
})

test('what the issuer’s store would not take needs attention, until the issuer says otherwise', () => {
  const at = '2026-03-01T10:00:00Z'
  expect(foldStatus(request, [], false, at)).toMatchObject({
    state: 'needs-attention',
    timeline: [{ state: 'queued' }, { state: 'needs-attention', at, by: 'issuer' }],
  })
  fc.assert(
    fc.property(receipts, (all) => {
      fc.pre(all.length > 0)
      expect(foldStatus(request, all, false, at)).toEqual(foldStatus(request, all, false))
    }),
  )
})
