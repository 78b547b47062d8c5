/**
 * All kiosks' databases in one LevelDB, each under a prefix. A LevelDB of its own for each would cost some 5 MB of memory
 * and an fsync of its own a write; here what many kiosks write at the same moment is on the disk with one fsync, and
 * a database that nobody asks for costs nothing.
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { durableFactory, type Level, type LevelIterator } from '../../durable-store.ts'
import type { Done, Operation } from '../../synced-writes.ts'
import { recentValues } from './recent-values.ts'

export interface SharedLevel {
  /** for PouchDB's `db` option; the last part of the location, up to a `~`, is the name of the database */
  factory: (name: string) => object
  /** when the database of that name was last read or written, by `performance.now()` */
  lastUsed(name: string): number
  close(): Promise<void>
}

/** LevelDB's own memory: what is written first gathers there. */
const options = { createIfMissing: true, writeBufferSize: 16 << 20, cacheSize: 32 << 20 }
/** Sorts behind the prefix of every key of one database, and before those of the next. */
const [from, to] = ['!', '"']
const rangeNames = ['gt', 'gte', 'lt', 'lte'] as const
/** Of what was written last; a character takes a byte or two. */
const keptCharacters = 16 << 20
const isText = (options: object) => 'asBuffer' in options && options.asBuffer === false
const pouchsOwnName = '_local_uuid'

/** @param folder where it lies @param before where databases may lie that were each a LevelDB of its own */
export function openSharedLevel(folder: string, before: string): SharedLevel {
  const base: Level = durableFactory(folder)
  const used = new Map<string, number>()
  const recent = recentValues(keptCharacters)
  const opened = new Promise<void>((resolve, reject) =>
    base.open({ ...options }, (error) => (error ? reject(error) : resolve())),
  )
  opened.catch(() => undefined)

  function factory(location: string): object {
    const name = location.split('/').at(-1)?.split('~')[0] ?? ''
    const prefix = `${name}${from}`
    const at = (key: unknown) =>
      Buffer.isBuffer(key) ? Buffer.concat([Buffer.from(prefix), key]) : prefix + String(key)
    const touch = () => void used.set(name, performance.now())
    const view = {
      status: 'new',
      supports: {},
      open(_options: object, done: Done) {
        touch()
        opened
          .then(() => moveIn(base, join(before, name), prefix))
          .then(
            () => {
              view.status = 'open'
              done()
            },
            (error: Error) => done(error),
          )
      },
      close(done: Done) {
        view.status = 'closed'
        used.delete(name)
        process.nextTick(done)
      },
      get(key: unknown, getOptions: object, done: Done) {
        touch()
        const from = at(key)
        const kept = typeof from === 'string' && isText(getOptions) ? recent.get(from) : undefined
        if (kept === undefined) base.get(from, getOptions, done)
        else process.nextTick(done, null, kept)
      },
      put(key: unknown, value: unknown, _options: object, done: Done) {
        view.batch([{ type: 'put', key, value }], {}, done)
      },
      del(key: unknown, _options: object, done: Done) {
        view.batch([{ type: 'del', key }], {}, done)
      },
      batch(operations: readonly Operation[], batchOptions: object, done: Done) {
        touch()
        const all = operations.map((one) => ({ ...one, key: at(one.key) }))
        const write = () => {
          for (const { key } of all) recent.forget(String(key))
          base.batch(all, batchOptions, (error) => {
            // Whether one that failed was written nobody can tell: it is read anew.
            for (const { type, key, value } of all) {
              if (!error && type === 'put' && typeof key === 'string' && typeof value === 'string')
                recent.keep(key, value)
              else recent.forget(String(key))
            }
            done(error)
          })
        }
        const [only, more] = operations
        if (more || !only || !String(only.key).endsWith(pouchsOwnName)) return write()
        // PouchDB writes it at each opening, the same again: that need not wait for the disk.
        base.get(at(only.key), { asBuffer: false }, (error, value) =>
          !error && value === only.value ? done() : write(),
        )
      },
      iterator(range: Partial<Record<(typeof rangeNames)[number], unknown>>) {
        touch()
        const bounds: Record<string, unknown> = {}
        for (const bound of rangeNames) if (range[bound] !== undefined) bounds[bound] = at(range[bound])
        if (bounds['gt'] === undefined && bounds['gte'] === undefined) bounds['gte'] = prefix
        if (bounds['lt'] === undefined && bounds['lte'] === undefined) bounds['lt'] = `${name}${to}`
        return withoutPrefix(base.iterator({ ...range, ...bounds }), prefix.length)
      },
    }
    return view
  }

  return {
    // PouchDB destroys a database through its factory; nobody destroys one here.
    factory: Object.assign(factory, { destroy: (_name: string, done: Done) => done() }),
    lastUsed: (name) => used.get(name) ?? 0,
    close: () =>
      opened.then(
        () => new Promise((resolve, reject) => base.close((error) => (error ? reject(error) : resolve()))),
      ),
  }
}

function withoutPrefix(iterator: LevelIterator, length: number): Pick<LevelIterator, 'next' | 'end'> {
  return {
    next: (done) =>
      iterator.next((error, key, value) => {
        if (error || key === undefined) return done(error)
        done(null, key instanceof Uint8Array ? key.subarray(length) : String(key).slice(length), value)
      }),
    end: (done) => iterator.end(done),
  }
}

/** Up to this version each database was a LevelDB; its content moves as it is, so that nobody has to send it again. */
async function moveIn(base: Level, folder: string, prefix: string): Promise<void> {
  if (!existsSync(join(folder, 'CURRENT'))) return
  const old: Level = durableFactory(folder)
  const asked = <T>(order: (done: Done) => void) =>
    new Promise<T[]>((resolve, reject) =>
      order((error, ...answer) => (error ? reject(error) : resolve(answer as T[]))),
    )
  await asked((done) => old.open({}, done))
  const iterator = old.iterator({ keyAsBuffer: true, valueAsBuffer: true })
  for (let batch: Operation[] = [], over = false; !over; batch = []) {
    for (let bytes = 0; bytes < 1 << 20;) {
      const [key, value] = await asked<Buffer>((done) => iterator.next(done))
      over = key === undefined || value === undefined
      if (key === undefined || value === undefined) break
      bytes += key.length + value.length
      batch.push({ type: 'put', key: Buffer.concat([Buffer.from(prefix), key]), value })
    }
    if (batch.length > 0) await asked((done) => base.batch(batch, {}, done))
  }
  await asked((done) => iterator.end(done))
  await asked((done) => old.close(done))
  await rm(folder, { recursive: true })
}
