/** Limits are told at 50, 80 and 95 of a hundred and stop at the end, each by itself. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitsOf, zLimits } from '../../../sync/limits.ts'

const limits = zLimits.parse({})
const day = 86_400_000
const none = { contactAgeMs: 0, waiting: 0, freeBytes: 50e9, approvals: 0 }

test.each([
  [14.9, undefined],
  [15, '50'],
  [24, '80'],
  [28.5, '95'],
  [29.99, '95'],
  [30, 'stop'],
  [400, 'stop'],
])('%d of 30 days without contact: %s', (days, level) => {
  expect(limitsOf({ ...none, contactAgeMs: days * day }, limits)[0]?.level).toBe(level)
})

test.each([
  [6_000, undefined],
  [2_750, '50'],
  [1_400, '80'],
  [720, '95'],
  [500, 'stop'],
  [0, 'stop'],
])('%d megabytes free: %s', (megabytes, level) => {
  expect(limitsOf({ ...none, freeBytes: megabytes * 1e6 }, limits)[0]?.level).toBe(level)
})

test.each([
  [499, undefined],
  [500, '50'],
  [800, '80'],
  [950, '95'],
  [999, '95'],
  [1_000, 'stop'],
])('%d of 1,000 requests waiting: %s', (waiting, level) => {
  expect(limitsOf({ ...none, waiting }, limits)[0]?.level).toBe(level)
})

// Where enrolments wait for a supervisor; today none does.
test.each([
  [49, undefined],
  [50, '50'],
  [80, '80'],
  [95, '95'],
  [100, 'stop'],
])('%d of 100 approvals open: %s', (approvals, level) => {
  expect(limitsOf({ ...none, approvals }, limits)[0]?.level).toBe(level)
})

test.each([
  ['contactDays', 60, { contactAgeMs: 27 * day }],
  ['waiting', 2_000, { waiting: 900 }],
  ['diskReserveMb', 100, { freeBytes: 480e6 }],
  ['diskPlentyMb', 1_000, { freeBytes: 1_400e6 }],
  ['approvals', 200, { approvals: 90 }],
])('time-out settings ignored: %s is looked at', (setting, value, figures) => {
  const before = limitsOf({ ...none, ...figures }, limits)
  const after = limitsOf({ ...none, ...figures }, zLimits.parse({ [setting]: value }))
  expect(before).toHaveLength(1)
  expect(after[0]?.percent ?? 0).toBeLessThan(before[0]?.percent ?? 0)
})

test('what is not known is no limit', () => {
  expect(limitsOf({ contactAgeMs: 0, waiting: 0 }, limits)).toEqual([])
})

test('using more never warns less, and the nearest to its end comes first', () => {
  const order = [undefined, '50', '80', '95', 'stop']
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(300), fc.nat(200), (waiting, more, approvals) => {
      const levelOf = (count: number) =>
        order.indexOf(
          limitsOf({ ...none, waiting: count }, limits).find(({ kind }) => kind === 'waiting')?.level,
        )
      expect(levelOf(waiting + more)).toBeGreaterThanOrEqual(levelOf(waiting))
      const all = limitsOf({ ...none, waiting, approvals }, limits).map(({ percent }) => percent)
      expect(all).toEqual(all.toSorted((a, b) => b - a))
    }),
  )
})
