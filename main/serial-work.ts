/** Work under the same key runs one after the other, in the order in which it came; double taps become harmless. */
export type SerialWork = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** @returns a queue for each key; a failing piece of work does not stop the next */
export function serialWork(): SerialWork {
  const tails = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const tail = mine
      .catch(() => undefined)
      .finally(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
    tails.set(key, tail)
    return mine
  }
}
