/** A power cut while a database is made leaves a MANIFEST of nothing; what follows must open, and harm nothing. */
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { clearUnfinished } from '../../../sync/first-open.ts'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'first-open-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

/** As LevelDB 1.20 leaves it: `CURRENT` was synced, what it names was not. */
function halfMade(): string {
  const path = join(folder, 'half')
  mkdirSync(path)
  writeFileSync(join(path, 'CURRENT'), 'MANIFEST-000001\n')
  writeFileSync(join(path, 'MANIFEST-000001'), '')
  writeFileSync(join(path, 'LOCK'), '')
  return path
}

test('a database whose making was cut short is made anew by the next opening', async () => {
  const database = openDurableStore<{ text: string }>(halfMade())
  await database.put({ _id: 'one', text: 'kept' })
  expect(await database.get('one')).toMatchObject({ text: 'kept' })
  await database.close()
})

test('once opened, a database no longer rests on its first MANIFEST', async () => {
  const path = join(folder, 'whole')
  const database = openDurableStore(path)
  await database.info()
  expect(readFileSync(join(path, 'CURRENT'), 'utf8')).not.toBe('MANIFEST-000001\n')
  await database.close()
})

test('one that holds anything is never cleared away', async () => {
  const path = halfMade()
  writeFileSync(join(path, '000003.log'), 'something')
  expect(clearUnfinished(path)).toBe(false)
  await expect(openDurableStore(path).info()).rejects.toThrow()
  expect(readdirSync(path)).toContain('000003.log')
})

test('one that was in use and is damaged is not taken for unfinished', async () => {
  const path = join(folder, 'whole')
  const database = openDurableStore<{ text: string }>(path)
  await database.put({ _id: 'one', text: 'kept' })
  await database.close()
  const manifest = readFileSync(join(path, 'CURRENT'), 'utf8').trim()
  truncateSync(join(path, manifest), 0)
  await expect(openDurableStore(path).info()).rejects.toThrow()
  expect(readdirSync(path).some((name) => name.endsWith('.log'))).toBe(true)
})
