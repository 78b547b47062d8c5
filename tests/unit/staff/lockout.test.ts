import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterFailure,
  noFailures,
  observe,
  triesLeft,
  waitMs,
  type Lockout,
} from '../../../main/staff/lockout.ts'

const s = 1_000
const failAt = (lockout: Lockout, at: number) => afterFailure(observe(lockout, at))

describe('waits after wrong PINs', () => {
  test('the worked example of the file', () => {
    let lockout = noFailures
    for (const [at, left] of [
      [0, 4],
      [1, 3],
      [2, 2],
      [3, 1],
    ] as const) {
      lockout = failAt(lockout, at * s)
      expect([triesLeft(lockout), waitMs(lockout)]).toEqual([left, 0])
    }
    for (const [at, wait] of [
      [4, 15],
      [19, 30],
      [49, 60],
    ] as const) {
      expect(waitMs(observe(lockout, at * s))).toBe(0)
      lockout = failAt(lockout, at * s)
      expect(waitMs(lockout)).toBe(wait * s)
    }
    expect(waitMs(observe(lockout, 108 * s))).toBe(1 * s)
    expect(waitMs(observe(lockout, 109 * s))).toBe(0)
  })

  test('a wait is never longer than an hour, however many failures', () => {
    let lockout = noFailures
    let now = 0
    for (let i = 0; i < 100; i += 1) {
      lockout = failAt(lockout, now)
      expect(waitMs(lockout)).toBeLessThanOrEqual(3_600 * s)
      now += waitMs(lockout)
    }
    expect(waitMs(lockout)).toBe(3_600 * s)
  })

  test('a clock turned back by a day does not shorten the wait, nor make it longer than what was left', () => {
    let lockout: Lockout = { failures: 4, seen: 0, until: 0 }
    lockout = failAt(lockout, 86_400 * s)
    lockout = observe(lockout, 86_405 * s)
    expect(waitMs(lockout)).toBe(10 * s)
    lockout = observe(lockout, 5 * s)
    expect(waitMs(lockout)).toBe(10 * s)
    expect(waitMs(observe(lockout, 15 * s))).toBe(0)
  })

  test('whatever the clock does between, the wait ends only after that much time was seen to pass', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100_000, max: 10_000 }), { maxLength: 30 }), (steps) => {
        let now = 1_000_000
        let lockout = failAt({ failures: 4, seen: 0, until: 0 }, now)
        let passed = 0
        for (const step of steps) {
          now += step
          passed += Math.max(0, step)
          lockout = observe(lockout, now)
          expect(waitMs(lockout)).toBe(Math.max(0, 15_000 - passed))
        }
      }),
    )
  })
})
