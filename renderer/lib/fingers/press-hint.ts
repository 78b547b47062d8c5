/** What a person can do better with the finger, in the key of its text. */
import type { FailureCode } from '../../../main/api/failure.ts'
import type { PlainKey } from '../i18n/compiled/keys.ts'

export type HintKey = Extract<PlainKey, `citizen.finger.hint.${string}`>

/** @returns undefined for what the person cannot mend */
export const hintKey = (code: FailureCode | undefined): HintKey | undefined => code && hints.get(code)

const hints = new Map<FailureCode, HintKey>([
  ['finger.too-dry', 'citizen.finger.hint.dry'],
  ['finger.too-wet', 'citizen.finger.hint.wet'],
  ['finger.off-centre', 'citizen.finger.hint.off-centre'],
  ['finger.none-seen', 'citizen.finger.hint.off-centre'],
  ['finger.unclear', 'citizen.finger.hint.unclear'],
  ['finger.lifted-too-soon', 'citizen.finger.hint.too-short'],
  ['finger.lift-first', 'citizen.finger.hint.lift'],
])
