/** What is read, one after another: a recorded text as a whole, everything else sentence by sentence. */
import { sentenceSpans } from './sentence-spans.ts'

/** A piece of text as it stands in the page. */
export interface Shown {
  text: string
  /** texts of one block are one run of words */
  block: unknown
  /** it has a recording of its own */
  recorded: boolean
}

/** A place in one of the shown texts. */
export interface Place {
  index: number
  offset: number
}

export interface Piece {
  text: string
  recorded: boolean
  from: Place
  to: Place
}

/** @returns what is read, in the order of the page; nothing of it is empty */
export function piecesOf(shown: readonly Shown[]): Piece[] {
  const pieces: Piece[] = []
  for (let at = 0; at < shown.length;) {
    const first = shown[at]
    if (!first) break
    let end = at + 1
    if (!first.recorded) while (isSameRun(first, shown[end])) end += 1
    pieces.push(...piecesOfRun(shown.slice(at, end), at, first.recorded))
    at = end
  }
  return pieces
}

const isSameRun = (first: Shown, other: Shown | undefined) =>
  other !== undefined && other.block === first.block && !other.recorded

function piecesOfRun(run: readonly Shown[], start: number, recorded: boolean): Piece[] {
  const whole = run.map(({ text }) => text).join('')
  const spans = recorded ? [{ from: 0, to: whole.length }] : sentenceSpans(whole)
  return spans.flatMap(({ from, to }) => {
    const text = whole.slice(from, to).replaceAll('\u200b', '').replace(/\s+/g, ' ').trim()
    // A dash or a dot between words says nothing.
    if (!/[\p{L}\p{N}]/u.test(text)) return []
    return [{ text, recorded, from: placeIn(run, start, from), to: placeIn(run, start, to, true) }]
  })
}

/** @param isEnd a place between two texts is the end of the first and not the beginning of the second */
function placeIn(run: readonly Shown[], start: number, at: number, isEnd = false): Place {
  let left = at
  for (const [index, { text }] of run.entries()) {
    if (left < text.length || (isEnd && left === text.length)) return { index: start + index, offset: left }
    left -= text.length
  }
  return { index: start + run.length - 1, offset: run.at(-1)?.text.length ?? 0 }
}
