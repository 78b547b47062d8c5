/**
 * Reads a screen aloud: what has a recording by it, the rest by the system's speech. A text in which something is filled in
 * has no recording; where the system has no voice either it is passed over and stands on the screen.
 */
import { language } from '../i18n/i18n.svelte.ts'
import { changed, usualManner, type Manner } from './manner.ts'
import { readPieces } from './read-pieces.ts'
import { hasRecordings, isRecorded, playRecording } from './recordings.svelte.ts'
import { spokenIn, type SpokenPiece } from './shown-in.ts'
import { hasVoice, speak } from './system-voice.svelte.ts'

let manner = $state.raw(usualManner)
let running = $state.raw<AbortController>()
let byItself = $state(false)

export const canRead = (): boolean => hasVoice(language()) || hasRecordings(language())
export const isReading = (): boolean => running !== undefined
/** each new screen is read by itself */
export const readsByItself = (): boolean => byItself
export const readByItself = (on: boolean): void => void (byItself = on)
export const canChange = (what: keyof Manner, by: 1 | -1): boolean => changed(manner, what, by) !== manner
/** Holds from the next piece on. */
export function change(what: keyof Manner, by: 1 | -1): void {
  manner = changed(manner, what, by)
}

/** Reads what stands in it; what is being read stops. */
export async function read(root: Element): Promise<void> {
  stopReading()
  const mine = new AbortController()
  running = mine
  await readPieces({ pieces: spokenIn(root, isRecorded, language()), say, mark, signal: mine.signal })
  if (running === mine) running = undefined
}

export function stopReading(): void {
  running?.abort()
  running = undefined
  mark(undefined)
}

/** For the next citizen: silent, at the usual pace. */
export function forgetManner(): void {
  stopReading()
  manner = usualManner
  byItself = false
}

const say = async ({ recording, text, language: one }: SpokenPiece, signal: AbortSignal): Promise<boolean> =>
  (recording !== undefined && (await playRecording(recording, manner, signal))) ||
  (!signal.aborted && (await speak(text, one, manner, signal)))

/** Coloured behind the words, so that nothing moves (styles in listen.css). */
function mark(piece: SpokenPiece | undefined): void {
  if (piece) CSS.highlights.set('read-aloud', new Highlight(piece.range))
  else CSS.highlights.delete('read-aloud')
}
