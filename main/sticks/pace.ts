/** How long it still takes, by how long it took so far. */
import type { StickProgress } from '../api/z-stick.ts'

/** Before that a guess says nothing. */
const leastMs = 1_500

/** @param steady ms that only go forward @returns what to tell of bytes that are done */
export function createPace(steady: () => number): (done: number, total: number) => StickProgress {
  let began: { at: number; done: number } | undefined
  return (done, total) => {
    began ??= { at: steady(), done }
    const passed = steady() - began.at
    const moved = done - began.done
    if (passed < leastMs || moved <= 0) return { done, total }
    return { done, total, seconds: Math.ceil(((total - done) / moved) * (passed / 1_000)) }
  }
}
