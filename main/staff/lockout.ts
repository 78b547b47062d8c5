/**
 * How long a name must wait after wrong PINs, as pure functions of what was stored and what the clock says.
 *
 * Worked example (times in seconds):
 *   at 0, 1, 2, 3  wrong: 4, 3, 2, 1 tries left
 *   at 4           wrong: locked for 15, until 19
 *   at 19          one try; wrong: locked for 30, until 49
 *   at 49          one try; wrong: locked for 60, until 109 … at most an hour each
 *   the right PIN  forgets all of it
 *
 * A clock that was turned back does not shorten a wait: what was left of it when the clock was last seen begins anew.
 */
import { z } from 'zod'

export const freeTries = 5
const firstWaitMs = 15_000
const longestWaitMs = 3_600_000

export const zLockout = z.object({
  failures: z.number().int().nonnegative(),
  /** the latest that the clock ever said */
  seen: z.number(),
  /** until when no PIN is looked at; 0 when it never came so far */
  until: z.number(),
})
export type Lockout = z.infer<typeof zLockout>

export const noFailures: Lockout = { failures: 0, seen: 0, until: 0 }

/** @returns the lockout as it stands at `now` (ms since 1970), with a clock that went back taken into account */
export function observe(lockout: Lockout, now: number): Lockout {
  if (now >= lockout.seen) return { ...lockout, seen: now }
  const left = Math.max(0, lockout.until - lockout.seen)
  return { ...lockout, seen: now, until: now + left }
}

/** @returns milliseconds to wait before a PIN is looked at; 0 when one may be tried */
export function waitMs(observed: Lockout): number {
  return Math.max(0, observed.until - observed.seen)
}

/** @returns the lockout after one more wrong PIN */
export function afterFailure(observed: Lockout): Lockout {
  const failures = observed.failures + 1
  const doublings = failures - freeTries
  if (doublings < 0) return { ...observed, failures }
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(doublings, 20))
  return { ...observed, failures, until: observed.seen + wait }
}

/** @returns how many wrong PINs are left before the next wait */
export function triesLeft(lockout: Lockout): number {
  return Math.max(0, freeTries - lockout.failures)
}
