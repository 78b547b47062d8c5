/** The desk signs out by itself, and no clock keeps it open. */
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { elapsed, idleAt, staffIdle, type IdleRule } from '../../../renderer/lib/desk/idle.ts'

const rule: IdleRule = { warnAfterMs: 60_000, outAfterMs: 90_000 }

describe('idleAt', () => {
  it.each([
    [0, { state: 'active' }],
    [59_999, { state: 'active' }],
    [60_000, { state: 'warning', secondsLeft: 30 }],
    [60_001, { state: 'warning', secondsLeft: 30 }],
    [89_001, { state: 'warning', secondsLeft: 1 }],
    [89_999, { state: 'warning', secondsLeft: 1 }],
    [90_000, { state: 'over' }],
    [10_000_000, { state: 'over' }],
  ])('after %d ms is %o', (ms, expected) => {
    expect(idleAt(ms, rule)).toEqual(expected)
  })
  it('never shows a countdown of nothing, and never goes back to an earlier state', () => {
    const rank = { active: 0, warning: 1, over: 2 }
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (first, more) => {
        const [before, after] = [idleAt(first, rule), idleAt(first + more, rule)]
        expect(rank[after.state]).toBeGreaterThanOrEqual(rank[before.state])
        if (before.state === 'warning') expect(before.secondsLeft).toBeGreaterThan(0)
      }),
    )
  })
  it('signs staff out between five and fifteen minutes, with a minute to say no', () => {
    expect(staffIdle.outAfterMs).toBeGreaterThanOrEqual(5 * 60_000)
    expect(staffIdle.outAfterMs).toBeLessThanOrEqual(15 * 60_000)
    expect(staffIdle.outAfterMs - staffIdle.warnAfterMs).toBeGreaterThanOrEqual(20_000)
  })
})

describe('elapsed', () => {
  it.each([
    ['both clocks agree', { wall: 5_000, steady: 5_000 }, 5_000],
    ['the wall clock was turned back a day', { wall: -86_400_000, steady: 5_000 }, 5_000],
    ['the machine slept, and the steady clock with it', { wall: 3_600_000, steady: 10 }, 3_600_000],
    ['both stand still', { wall: 0, steady: 0 }, 0],
  ])('%s', (_name, later, expected) => {
    const since = { wall: 1_000_000, steady: 400 }
    const now = { wall: since.wall + later.wall, steady: since.steady + later.steady }
    expect(elapsed(since, now)).toBe(expected)
  })
})
