/** Reads one piece after another, until it is told to stop. */

export interface Reading<Piece> {
  pieces: readonly Piece[]
  /** resolves when it was heard; false where nothing can read it. Ends early when `signal` aborts. */
  say: (piece: Piece, signal: AbortSignal) => Promise<boolean>
  /** shows which one is read; undefined when none is any more */
  mark: (piece: Piece | undefined) => void
  signal: AbortSignal
}

/** @returns how many were heard; never rejects */
export async function readPieces<Piece>({ pieces, say, mark, signal }: Reading<Piece>): Promise<number> {
  let heard = 0
  for (const piece of pieces) {
    if (signal.aborted) break
    mark(piece)
    // What cannot be heard is passed over: the words stand on the screen.
    if (await say(piece, signal).catch(() => false)) heard += 1
  }
  // Whoever stopped this one may read something else by now.
  if (!signal.aborted) mark(undefined)
  return heard
}
