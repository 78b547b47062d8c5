/**
 * Notices that nobody is there any more: after a while it asks, and when nobody answers it ends the visit. A watch on a
 * clock, not a row of timers, so that a page that was asleep (a closed lid, a busy machine) ends at once when it wakes.
 */

export interface IdleTimes {
  /** ms without a touch, a key or a code before the question */
  askAfterMs: number
  /** ms that the question stands */
  endAfterMs: number
}

export const idleTimes: IdleTimes = { askAfterMs: 60_000, endAfterMs: 20_000 }

export type IdleState = { state: 'here' } | { state: 'asking'; secondsLeft: number } | { state: 'gone' }

/** @param quietMs how long nothing happened */
export function idleState(quietMs: number, { askAfterMs, endAfterMs }: IdleTimes = idleTimes): IdleState {
  if (quietMs < askAfterMs) return { state: 'here' }
  const left = askAfterMs + endAfterMs - quietMs
  return left > 0 ? { state: 'asking', secondsLeft: Math.ceil(left / 1_000) } : { state: 'gone' }
}
