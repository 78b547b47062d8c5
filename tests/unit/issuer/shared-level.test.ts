/** Many databases in one LevelDB: each sees its own, many writes share an fsync, and older databases move in whole. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import leveldown from 'leveldown'
import PouchDB from 'pouchdb'
import { afterAll, expect, test } from 'vitest'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { recentValues } from '../../../sync/issuer/store/recent-values.ts'
import { openSharedLevel } from '../../../sync/issuer/store/shared-level.ts'

const root = mkdtempSync(join(tmpdir(), 'shared-'))
/** What reaches LevelDB; the stores bind its methods when they are opened, so this is in place before. */
const seen = { reads: 0, batches: 0, refuse: false }
const prototype = Object.getPrototypeOf(leveldown(join(root, 'probe')))
const real = { _get: prototype._get, _batch: prototype._batch }
prototype._get = function (...given: unknown[]) {
  seen.reads += 1
  return real._get.apply(this, given)
}
prototype._batch = function (...given: unknown[]) {
  seen.batches += 1
  if (!seen.refuse) return real._batch.apply(this, given)
  setImmediate(given.at(-1) as (error: Error) => void, new Error('no'))
}
afterAll(() => {
  Object.assign(prototype, real)
  rmSync(root, { recursive: true })
})

function opened(name: string) {
  const folder = join(root, name)
  mkdirSync(folder)
  const shared = openSharedLevel(join(folder, 'all'), folder)
  const Store = PouchDB.defaults({ prefix: `${folder}/`, db: shared.factory })
  return { folder, shared, open: (database: string) => new Store(database) }
}

test('a database sees only what is its own, also beside one whose name goes on', async () => {
  const { shared, open } = opened('own')
  const names = ['kiosk-1', 'kiosk-10', 'kiosk-1-inbox']
  const all = names.map((name) => open(`${name}~1`))
  for (const [n, one] of all.entries())
    await one.bulkDocs([{ _id: names[n] ?? '' }, { _id: '\u00fe' }, { _id: 'a' }])
  for (const [n, one] of all.entries()) {
    const { rows } = await one.allDocs({})
    expect(rows.map(({ id }) => id)).toEqual(['a', names[n], '\u00fe'])
    expect((await one.changes({ since: 1 })).results).toHaveLength(2)
    await one.close()
  }
  const again = open('kiosk-1~2')
  expect(await again.info()).toMatchObject({ doc_count: 3, update_seq: 3 })
  await again.close()
  await shared.close()
})

test('what many write at the same moment is synced together', async () => {
  const { shared, open } = opened('together')
  const all = Array.from({ length: 40 }, (_, n) => open(`kiosk-${n}~1`))
  await Promise.all(all.map((one) => one.info()))
  seen.batches = 0
  await Promise.all(all.map((one) => one.put({ _id: 'fact' })))
  expect(seen.batches).toBeGreaterThan(0)
  expect(seen.batches).toBeLessThan(10)
  await Promise.all(all.map((one) => one.close()))
  await shared.close()
})

test('what was written last is read from memory, as it is on the disk, and what a failed write left is not', async () => {
  const { shared, open } = opened('recent')
  const one = open('kiosk-1~1')
  const { rev } = await one.put({ ...{ _id: 'a' }, ...{ n: 1 } })
  seen.reads = 0
  expect(await one.get('a')).toMatchObject({ n: 1 })
  expect(seen.reads).toBe(0)
  seen.refuse = true
  await expect(one.put({ ...{ _id: 'a', _rev: rev }, ...{ n: 2 } })).rejects.toThrow()
  seen.refuse = false
  expect(await one.get('a')).toMatchObject({ n: 1 })
  expect(seen.reads).toBeGreaterThan(0)
  await one.put({ ...{ _id: 'a', _rev: rev }, ...{ n: 3 } })
  expect(await one.get('a')).toMatchObject({ n: 3 })
  await one.close()
  await shared.close()
})

test('the longest unused values go first', () => {
  const recent = recentValues(10)
  recent.keep('a', 'xxxx')
  recent.keep('b', 'xxxx')
  expect(recent.get('a')).toBe('xxxx')
  recent.keep('c', 'xxxx')
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual(['xxxx', undefined, 'xxxx'])
  recent.keep('a', 'x'.repeat(20))
  expect([recent.get('a'), recent.get('c')]).toEqual([undefined, undefined])
})

test('a database that was a LevelDB of its own moves in, with its place in the changes', async () => {
  const { folder, shared, open } = opened('moving')
  const old = openDurableStore(join(folder, 'kiosk-7-outbox'))
  await old.bulkDocs(Array.from({ length: 300 }, (_, n) => ({ _id: `d${n}`, text: 'x'.repeat(9_000) })))
  await old.put({ ...{ _id: '_local/intake' }, ...{ seq: 12 } })
  const { results } = await old.changes({})
  await old.close()
  const moved = open('kiosk-7-outbox~1')
  expect((await moved.changes({})).results).toEqual(results)
  expect(await moved.get('_local/intake')).toMatchObject({ seq: 12 })
  expect(existsSync(join(folder, 'kiosk-7-outbox'))).toBe(false)
  await moved.close()
  await shared.close()
})
