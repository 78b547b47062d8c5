/**
 * Small JSON records by key, in a LevelDB: each change is on the disk before it is acknowledged, what is changed together
 * is changed together or not at all, and a range of keys is an index.
 */
import { durableFactory, type Level } from '../durable-store.ts'
import type { Done, Operation } from '../synced-writes.ts'

/** `value: undefined` takes the record away */
export interface Change {
  key: string
  value: object | undefined
}

export interface Listed {
  key: string
  value: unknown
}

export interface Records {
  get(key: string): Promise<unknown>
  write(changes: readonly Change[]): Promise<void>
  /** @returns the records whose keys begin so, in order of their keys; `after` is a key, not included */
  list(prefix: string, options?: { after?: string; limit?: number; newestFirst?: boolean }): Promise<Listed[]>
  close(): Promise<void>
}

/** Read at once where a list is long. */
const pageSize = 500

export function openRecords(folder: string): Records {
  const level: Level = durableFactory(folder)
  const opened = (async () => {
    await answerOf((done) => level.open({ createIfMissing: true }, done))
    await takeOverFromPouch(level)
  })()
  opened.catch(() => undefined)

  return {
    async get(key) {
      await opened
      const value = await valueAt(level, key)
      return value === undefined ? undefined : (JSON.parse(value) as unknown)
    },
    async write(changes) {
      await opened
      const operations = changes.map(({ key, value }): Operation =>
        value === undefined ? { type: 'del', key } : { type: 'put', key, value: JSON.stringify(value) },
      )
      await answerOf((done) => level.batch(operations, {}, done))
    },
    async list(prefix, { after, limit = -1, newestFirst = false } = {}) {
      await opened
      const rows = await rangeOf(level, {
        ...(after === undefined ? { gte: prefix } : { gt: after }),
        ...{ lt: `${prefix}\uffff`, limit, reverse: newestFirst },
      })
      return rows.map(([key, value]) => ({ key, value: JSON.parse(value) as unknown }))
    },
    async close() {
      await opened
      await answerOf((done) => level.close(done))
    },
  }
}

/** Goes through many without holding them all. */
export async function* allOf(records: Records, prefix: string): AsyncGenerator<Listed> {
  for (let after: string | undefined; ;) {
    const page = await records.list(prefix, { limit: pageSize, ...(after !== undefined && { after }) })
    yield* page
    after = page.at(-1)?.key
    if (page.length < pageSize) return
  }
}

function answerOf(order: (done: Done) => void): Promise<unknown[]> {
  return new Promise((resolve, reject) =>
    order((error, ...answer) => (error ? reject(error) : resolve(answer))),
  )
}

/** @returns what is there, or undefined; another failure than "not found" is thrown */
async function valueAt(level: Level, key: string): Promise<string | undefined> {
  try {
    const [value] = await answerOf((done) => level.get(key, { asBuffer: false }, done))
    return String(value)
  } catch (error) {
    if (error instanceof Error && /not ?found/i.test(error.message)) return undefined
    throw error
  }
}

async function rangeOf(level: Level, options: object): Promise<[key: string, value: string][]> {
  const iterator = level.iterator({ ...options, keyAsBuffer: false, valueAsBuffer: false })
  const rows: [string, string][] = []
  try {
    for (;;) {
      const [key, value] = await answerOf((done) => iterator.next(done))
      if (key === undefined) return rows
      rows.push([String(key), String(value)])
    }
  } finally {
    await answerOf((done) => iterator.end(done))
  }
}

const pouchs = '\xff'
const pouchDocuments = `${pouchs}document-store${pouchs}`
const pouchContents = `${pouchs}by-sequence${pouchs}`

/** Up to this version the same LevelDB was a PouchDB: its documents become records, a page at a time. */
async function takeOverFromPouch(level: Level): Promise<void> {
  for (;;) {
    const page = await rangeOf(level, { gte: pouchDocuments, lt: `${pouchDocuments}\uffff`, limit: 200 })
    if (page.length === 0) break
    const operations: Operation[] = []
    for (const [key, text] of page) {
      operations.push({ type: 'del', key })
      const { id, deleted, winningRev, rev_map } = JSON.parse(text) as {
        id: string
        deleted: boolean
        winningRev: string
        rev_map: Record<string, number>
      }
      const at = `${pouchContents}${String(rev_map[winningRev]).padStart(16, '0')}`
      const content = deleted ? undefined : await valueAt(level, at)
      if (content !== undefined) operations.push({ type: 'put', key: id, value: content })
    }
    await answerOf((done) => level.batch(operations, {}, done))
  }
  for (;;) {
    const rest = await rangeOf(level, { gte: pouchs, limit: 200 })
    if (rest.length === 0) return
    await answerOf((done) =>
      level.batch(
        rest.map(([key]) => ({ type: 'del', key })),
        {},
        done,
      ),
    )
  }
}
