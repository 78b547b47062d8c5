/** Work on the same thing one after the other, on different things side by side. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** @returns what puts work into the line of its key; a line that is empty is forgotten */
export function inTurn(): InTurn {
  const lines = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = lines.get(key) ?? Promise.resolve()
    const done = before.then(work)
    const end = done.then(
      () => undefined,
      () => undefined,
    )
    lines.set(key, end)
    void end.then(() => {
      if (lines.get(key) === end) lines.delete(key)
    })
    return done
  }
}
