/** When the countdown of an offer is heard: a minute before its end, shortly before it, and at it. */
import type { SoundName } from '../lib/voice/sounds.ts'

const heard: readonly [secondsLeft: number, sound: SoundName][] = [
  [60, 'question'],
  [20, 'hurry'],
  [0, 'over'],
]

/** @param before seconds left at the last look @param now at this one; a page that slept may have missed some */
export const soundAt = (before: number, now: number): SoundName | undefined =>
  heard.findLast(([secondsLeft]) => before > secondsLeft && now <= secondsLeft)?.[1]
