/**
 * Many barcode scanners type what they read, as a keyboard would. A scan screen takes such a code, and only when it came
 * at a speed at which nobody types: a hand has about 100 ms between keys at its fastest, a scanner under 30.
 */
export interface Key {
  /** as `KeyboardEvent.key` */
  key: string
  /** when it went down, ms, of any clock that only goes forward */
  at: number
}

export type Typed =
  | { kind: 'code'; text: string }
  /** too slow, too short, or held together by a hand */
  | { kind: 'typing' }

/** Longest pause between two keys of a scanner, ms. */
export const scannerPauseMs = 50
/** Most of the pauses are far shorter than the longest that a busy machine may add, ms. */
export const scannerUsualMs = 35
/** Less than this could be two keys hit at once by a hand. */
export const leastCharacters = 6
export const mostCharacters = 4_096

/** @param keys all keys up to and with the Enter or Tab with which a scanner ends its code */
export function keyboardWedge(keys: readonly Key[]): Typed {
  const end = keys.at(-1)
  if (!end || !isEnd(end.key)) return { kind: 'typing' }
  const text = keys.slice(0, -1).filter(({ key }) => isCharacter(key))
  if (text.length < leastCharacters || text.length > mostCharacters) return { kind: 'typing' }
  // A hand corrects itself; a scanner never does. Shift is the only other key that one presses.
  if (keys.slice(0, -1).some(({ key }) => !isCharacter(key) && key !== 'Shift')) return { kind: 'typing' }

  const times = [...text, end].map(({ at }) => at)
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? at))
  if (pauses.some((pause) => pause < 0 || pause > scannerPauseMs)) return { kind: 'typing' }
  const usual = pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? Infinity
  if (usual > scannerUsualMs) return { kind: 'typing' }
  return { kind: 'code', text: text.map(({ key }) => key).join('') }
}

const isEnd = (key: string) => key === 'Enter' || key === 'Tab'
/** A key that writes names the one character that it writes; every other key has a longer name. */
const isCharacter = (key: string) => [...key].length === 1

/**
 * Collects keys as they come. @returns takes one key, and says what came to its end with it: nothing yet, a code, or
 * typing. After a pause that no scanner makes it begins anew.
 */
export function createWedge(): (key: Key) => Typed | undefined {
  let keys: Key[] = []
  return (key) => {
    const last = keys.at(-1)
    if (last && key.at - last.at > scannerPauseMs) keys = []
    keys.push(key)
    // Shift comes with most characters, so twice as many keys as characters at the most.
    if (keys.length > 2 * mostCharacters + 1) keys = []
    if (!isEnd(key.key)) return undefined
    const typed = keyboardWedge(keys)
    keys = []
    return typed
  }
}
