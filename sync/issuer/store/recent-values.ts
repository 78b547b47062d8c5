/**
 * What was written last, kept in memory: most of what is read of a kiosk's databases was written a moment before, and each
 * question to LevelDB costs two changes of thread. Only what is on the disk gets in here, and only by being written.
 */
export interface RecentValues {
  get(key: string): string | undefined
  keep(key: string, value: string): void
  forget(key: string): void
}

/** @param mostCharacters of all values together; the longest unused go first */
export function recentValues(mostCharacters: number): RecentValues {
  const values = new Map<string, string>()
  let characters = 0

  function forget(key: string): void {
    characters -= values.get(key)?.length ?? 0
    values.delete(key)
  }

  return {
    forget,
    get(key) {
      const value = values.get(key)
      if (value === undefined) return undefined
      // Put in anew, so that the ones that were asked for last are the last.
      values.delete(key)
      values.set(key, value)
      return value
    },
    keep(key, value) {
      forget(key)
      values.set(key, value)
      characters += value.length
      for (const oldest of values.keys()) {
        if (characters <= mostCharacters) return
        forget(oldest)
      }
    },
  }
}
