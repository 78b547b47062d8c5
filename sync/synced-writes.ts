/**
 * Writes of which each is on the disk before it is acknowledged. What comes while a write is under way is written with the
 * next, together and under one fsync: a hundred who wait cost little more than one.
 */
export type Done = (error?: Error | null, ...more: unknown[]) => void

/** One operation of a LevelDB batch. */
export interface Operation {
  type: 'put' | 'del'
  key: unknown
  value?: unknown
}

interface Order {
  operations: readonly Operation[]
  done: Done
}

export interface SyncedWrites {
  /** The operations of one order are written together or not at all. */
  write(operations: readonly Operation[], done: Done): void
  /** resolves when the writes that were ordered so far are over */
  settled(): Promise<unknown>
}

/** So much is written at once; LevelDB keeps all of it in memory twice. */
const mostBytes = 4 << 20

const bytesOf = (operations: readonly Operation[]) =>
  operations.reduce(
    (sum, { value }) =>
      sum + 100 + (typeof value === 'string' || value instanceof Uint8Array ? value.length : 0),
    0,
  )

/**
 * @param commit puts a batch on the disk; one after the other, for a write that was under way beside one that fails would
 *   lie behind the tear that it leaves
 */
export function syncedWrites(commit: (operations: Operation[]) => Promise<void>): SyncedWrites {
  const waiting: Order[] = []
  let running: Promise<void> | undefined

  function nextGroup(): Order[] {
    let bytes = 0
    let n = 0
    for (const { operations } of waiting) {
      bytes += bytesOf(operations)
      if (n > 0 && bytes > mostBytes) break
      n += 1
    }
    return waiting.splice(0, n)
  }

  async function run(): Promise<void> {
    for (let group = nextGroup(); group.length > 0; group = nextGroup()) {
      const failure = await commit(group.flatMap(({ operations }) => operations)).then(
        () => undefined,
        (error: Error) => error,
      )
      for (const { done } of group) setImmediate(() => (failure ? done(failure) : done()))
    }
    running = undefined
  }

  return {
    write(operations, done) {
      waiting.push({ operations, done })
      // Begun a moment later: what is ordered in the same breath goes with it.
      running ??= Promise.resolve().then(run)
    },
    settled: async () => running,
  }
}
