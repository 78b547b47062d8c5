/** So much at the same time and no more; what comes on top waits for its turn. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>

export function slots(most: number): Slots {
  const waiting: (() => void)[] = []
  let taken = 0
  return async (work) => {
    if (taken >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else taken += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The slot is handed on.
      if (next) next()
      else taken -= 1
    }
  }
}
