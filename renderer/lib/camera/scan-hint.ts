/**
 * What to say to somebody who holds up a code that cannot be read: only after a moment, one thing at a time, and not for
 * long. A pure state; the time is given.
 */
import type { FrameLook } from '../../../picture/frame-look.ts'

export type ScanHint = 'dark' | 'bright' | 'blurred'

/** Levels of 255, parts of the middle of the picture, and 0 to 1 for blur: docs/camera.md. */
const limits = { dark: 34, white: 0.4, range: 60, blur: 0.62, changed: 9 }
/** how long something must be wrong before it is said, and how long a hint stays at least, ms */
const afterMs = 2_000
const staysMs = 1_500
/** after a code was read nothing is said for this long, ms */
const quietMs = 4_000
/** what stands before the camera that long is the room and not a hand, ms */
const roomMs = 12_000

export interface ScanHints {
  /** @param at monotonic, ms @returns what to show now */
  see(look: FrameLook, at: number): ScanHint | undefined
  /** a code was read */
  read(at: number): void
}

export function createScanHints(): ScanHints {
  let room: number[] | undefined
  let seenAt = 0
  let since: { hint: ScanHint; at: number } | undefined
  let shown: { hint: ScanHint; at: number } | undefined
  let quietUntil = 0

  /** whether something is held before what usually stands there; what stays becomes the room */
  function isHeld({ coarse }: FrameLook, at: number): boolean {
    const before = room ?? [...coarse]
    const weight = room ? Math.min(1, ((at - seenAt) * 2) / roomMs) : 1
    seenAt = at
    const change = coarse.reduce((sum, level, i) => sum + Math.abs(level - (before[i] ?? 0)), 0)
    room = before.map((level, i) => level + ((coarse[i] ?? 0) - level) * weight)
    return change / coarse.length > limits.changed
  }
  function wrong(look: FrameLook, held: boolean): ScanHint | undefined {
    if (look.mean < limits.dark && look.white < 0.02) return 'dark'
    if (!held) return undefined
    if (look.white > limits.white) return 'bright'
    return look.range > limits.range && look.blur > limits.blur ? 'blurred' : undefined
  }
  return {
    see(look, at) {
      const hint = wrong(look, isHeld(look, at))
      if (hint !== since?.hint) since = hint && { hint, at }
      if (at < quietUntil) shown = undefined
      else if (since && at - since.at >= afterMs && shown?.hint !== since.hint)
        shown = { hint: since.hint, at }
      else if (!since && shown && at - shown.at >= staysMs) shown = undefined
      return shown?.hint
    },
    read(at) {
      quietUntil = at + quietMs
      since = shown = undefined
    },
  }
}
