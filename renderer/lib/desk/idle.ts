/**
 * When a desk that nobody touches signs its officer out: pure functions of two clocks and a rule.
 *
 * The wall clock alone could be turned back and so keep a desk open; the steady clock alone stands still while the
 * machine sleeps. What counts is the longer of the two.
 */
export interface IdleRule {
  /** after so long without a touch or a key the screen asks, in ms */
  warnAfterMs: number
  /** after so long it signs out */
  outAfterMs: number
}

export const staffIdle: IdleRule = { warnAfterMs: 9 * 60_000, outAfterMs: 10 * 60_000 }

export interface Moment {
  /** ms since 1970 */
  wall: number
  /** ms of a clock that nobody can set */
  steady: number
}

export type Idle = { state: 'active' } | { state: 'warning'; secondsLeft: number } | { state: 'over' }

/** @returns ms between the two, by whichever clock saw more; never negative */
export const elapsed = (since: Moment, now: Moment): number =>
  Math.max(0, now.wall - since.wall, now.steady - since.steady)

/** @param idleMs since the last touch or key @returns what the screen has to do now */
export function idleAt(idleMs: number, rule: IdleRule): Idle {
  if (idleMs >= rule.outAfterMs) return { state: 'over' }
  if (idleMs < rule.warnAfterMs) return { state: 'active' }
  return { state: 'warning', secondsLeft: Math.ceil((rule.outAfterMs - idleMs) / 1_000) }
}
