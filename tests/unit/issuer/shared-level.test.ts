/** Many databases in one LevelDB: each sees its own, many writes share an fsync, and older databases move in whole. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import leveldown from 'leveldown'
import PouchDB from 'pouchdb'
import { afterAll, expect, test } from 'vitest'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { openSharedLevel } from '../../../sync/issuer/store/shared-level.ts'

const root = mkdtempSync(join(tmpdir(), 'shared-'))
afterAll(() => rmSync(root, { recursive: true }))

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
  const prototype = Object.getPrototypeOf(leveldown(join(root, 'probe')))
  const real = prototype._batch
  let batches = 0
  prototype._batch = function (...given: unknown[]) {
    batches += 1
    return real.apply(this, given)
  }
  try {
    await Promise.all(all.map((one) => one.put({ _id: 'fact' })))
  } finally {
    prototype._batch = real
  }
  expect(batches).toBeLessThan(10)
  await Promise.all(all.map((one) => one.close()))
  await shared.close()
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
