/** What a person can do better with the finger, in the key of its text. */
import type { FailureCode } from '../../../main/api/failure.ts'

/** @returns a key of `citizen.finger.hint.*`; undefined for what the person cannot mend */
export function hintKey(code: FailureCode | undefined): string | undefined {
  const name = code && hints.get(code)
  return name && `citizen.finger.hint.${name}`
}

const hints = new Map<FailureCode, string>([
  ['finger.too-dry', 'dry'],
  ['finger.too-wet', 'wet'],
  ['finger.off-centre', 'off-centre'],
  ['finger.none-seen', 'off-centre'],
  ['finger.unclear', 'unclear'],
  ['finger.lifted-too-soon', 'too-short'],
  ['finger.lift-first', 'lift'],
])
