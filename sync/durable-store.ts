/**
 * PouchDB whose every write is on the disk before it is acknowledged. PouchDB's own LevelDB adapter answers before any
 * fsync (measured: 0.6 ms against 1.4 ms a document), so the LevelDB below it is wrapped to sync each batch and put.
 *
 * A write that a full disk refused leaves a torn record in LevelDB's log, and what is written behind it is acknowledged
 * but thrown away at the next start (measured). So after a refusal nothing more is written until there is room and
 * LevelDB has begun a new log.
 *
 * LevelDB's binding takes the process down when something is read while it closes. So a close waits for the reads that
 * are under way, and a read that comes after it is refused before it reaches the binding.
 */
import { statfs } from 'node:fs/promises'
import leveldown from 'leveldown'
import PouchDB from 'pouchdb'
import { clearUnfinished, syncOpened } from './first-open.ts'
import { syncedWrites, type Done, type Operation } from './synced-writes.ts'

export interface LevelIterator {
  next(done: Done): unknown
  seek(target: unknown): void
  end(done: Done): void
}

/** The part of an abstract-leveldown that is wrapped, and what its users call. */
export interface Level {
  readonly status: string
  open(options: object, done: Done): void
  get(key: unknown, options: object, done: Done): void
  batch(operations: readonly Operation[], options: object, done: Done): void
  iterator(options: object): LevelIterator
  close(done: Done): void
  _open(options: object, done: Done): void
  _get(key: unknown, options: object, done: Done): void
  _getMany(keys: unknown, options: object, done: Done): void
  _iterator(options: object): LevelIterator
  _put(key: unknown, value: unknown, options: object, done: Done): void
  _del(key: unknown, options: object, done: Done): void
  _batch(operations: readonly Operation[], options: object, done: Done): void
  _clear(options: object, done: Done): void
  _close(done: Done): void
  compactRange(start: string, end: string, done: Done): void
  approximateSize(start: string, end: string, done: Done): void
}

const plain = leveldown as unknown as ((location: string) => Level) & { destroy: unknown }

/** Room for the table that LevelDB makes of its memory (4 MB) when it begins a new log. */
const roomForNewLog = 8 << 20

const open = new Map<string, Level>()

function syncing(location: string): Level {
  const level = plain(location)
  open.set(location, level)
  openDurably(level, location)
  const batch = level._batch.bind(level)
  let torn = false
  const writes = syncedWrites(async (operations) => {
    if (torn) await beginNewLog(level, location)
    torn = true
    await promised((end) => batch(operations, { sync: true }, end))
    torn = false
  })

  level._put = (key, value, _options, done) => writes.write([{ type: 'put', key, value }], done)
  level._del = (key, _options, done) => writes.write([{ type: 'del', key }], done)
  level._batch = (operations, _options, done) => writes.write(operations, done)
  closeAfterReads(level, writes.settled, location)
  return level
}

/** Nothing is written before the names of what an opening made are on the disk. */
function openDurably(level: Level, location: string): void {
  const begin = level._open.bind(level)
  level._open = (options, done) => {
    const opened = async () => {
      try {
        await promised((end) => begin(options, end))
      } catch (error) {
        // Somebody else may just be making it; then it is locked, and left alone.
        if (/\/LOCK\b|already held/.test(String(error)) || !clearUnfinished(location)) throw error
        await promised((end) => begin(options, end))
      }
      await syncOpened(location)
    }
    opened().then(
      () => void setImmediate(done),
      (error: Error) => void setImmediate(done, error),
    )
  }
}

/** What is read through once the database has closed: it gives nothing, and no wrong answer either. */
const silentIterator: LevelIterator = {
  next: () => silentIterator,
  seek: () => undefined,
  end: (done) => void process.nextTick(done),
}

/** @param written resolves when the writes that were ordered so far are over */
function closeAfterReads(level: Level, written: () => Promise<unknown>, location: string): void {
  let closing = false
  let underWay = 0
  let tellIdle = (): void => undefined

  /** Lets one order through to the binding, or refuses it without asking the binding at all. */
  function guarded(order: (done: Done) => void, done: Done): void {
    if (closing) return void process.nextTick(done, new Error('Database is not open'))
    underWay += 1
    order((...answer) => {
      underWay -= 1
      if (underWay === 0) tellIdle()
      done(...answer)
    })
  }

  const get = level._get.bind(level)
  const getMany = level._getMany.bind(level)
  const clear = level._clear.bind(level)
  const compactRange = level.compactRange.bind(level)
  const approximateSize = level.approximateSize.bind(level)
  const iterator = level._iterator.bind(level)
  const close = level._close.bind(level)
  level._get = (key, options, done) => guarded((end) => get(key, options, end), done)
  level._getMany = (keys, options, done) => guarded((end) => getMany(keys, options, end), done)
  level._clear = (options, done) => guarded((end) => clear(options, end), done)
  level.compactRange = (start, end, done) => guarded((told) => compactRange(start, end, told), done)
  level.approximateSize = (start, end, done) => guarded((told) => approximateSize(start, end, told), done)
  level._iterator = (options) => {
    if (closing) return silentIterator
    const made = iterator(options)
    const next = made.next.bind(made)
    const seek = made.seek.bind(made)
    const end = made.end.bind(made)
    made.next = (done) => {
      // Told of an error, PouchDB's streams throw it where nobody can catch it; told of an end, they believe it.
      if (!closing) guarded((told) => void next(told), done)
      return made
    }
    made.seek = (target) => {
      if (!closing) seek(target)
    }
    // The binding ends what is open by itself when it closes.
    made.end = (done) => (closing ? void process.nextTick(done) : guarded(end, done))
    return made
  }
  level._close = (done) => {
    void written().then(async () => {
      closing = true
      open.delete(location)
      if (underWay > 0) await new Promise<void>((resolve) => (tellIdle = resolve))
      close(done)
    })
  }
}

/** @throws Error - `ENOSPC` while there is no room; then nothing has changed */
async function beginNewLog(level: Level, location: string): Promise<void> {
  const { bavail, bsize } = await statfs(location)
  if (bavail * bsize < roomForNewLog) {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  // Compacting, even of a range that holds nothing, writes LevelDB's memory to a table and begins a new log.
  await promised((done) => level.compactRange('\uffff', '\uffff', done))
}

function promised(order: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => order((error) => (error ? reject(error) : resolve())))
}

/** Lets LevelDB give back the room of what was deleted and overwritten. @param folder of an open store */
export async function compactLevel(folder: string): Promise<void> {
  const level = open.get(folder)
  if (level) await promised((done) => level.compactRange('', '\uffff\uffff', done))
}

/** LevelDB that syncs, for PouchDB's `db` option. */
// PouchDB destroys a database through its factory.
export const durableFactory = Object.assign(syncing, { destroy: plain.destroy })

/** @param folder where the database lies; made if it is not there @returns it, with every write fsync'ed */
export function openDurableStore<T extends object>(folder: string): PouchDB<T> {
  return new PouchDB<T>(folder, { db: durableFactory, auto_compaction: false })
}
