/** Back to new: nothing before it was decided, everything after, wherever the power goes in between. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decideReset, eraseIfDecided, isResetDecided } from '../../../main/care/erase-data.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reset-'))
  for (const name of ['vault', 'drafts', 'sync/outbox', 'templates'])
    mkdirSync(join(folder, name), { recursive: true })
  for (const name of [
    'vault.key',
    'audit.jsonl',
    'config.json',
    'kiosk.lock',
    'search-index.jsonl',
    'sync/outbox/000005.ldb',
  ])
    writeFileSync(join(folder, name), name)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const left = () => readdirSync(folder).sort()
const remove = (path: string) => rmSync(path, { recursive: true, force: true })

test('nothing goes that nobody has decided', async () => {
  const before = left()
  expect(await eraseIfDecided(folder)).toBe(false)
  expect(left()).toEqual(before)
})

test('what was decided goes, but for the settings and the lock of the process itself', async () => {
  await decideReset(folder, '2026-11-25T16:00:00.000Z')
  expect(isResetDecided(folder)).toBe(true)
  expect(await eraseIfDecided(folder)).toBe(true)
  expect(left()).toEqual(['config.json', 'kiosk.lock'])
  expect(await eraseIfDecided(folder)).toBe(false)
})

test('the key goes first and the mark last; the power may go before each of them', async () => {
  await decideReset(folder, '2026-11-25T16:00:00.000Z')
  const order: string[] = []
  for (let cutAt = 1; ; cutAt += 1) {
    let removed = 0
    const cut = await eraseIfDecided(folder, async (path) => {
      removed += 1
      if (removed === cutAt) throw new Error('the power is gone')
      if (existsSync(path)) order.push(basename(path))
      remove(path)
    }).then(
      () => false,
      () => true,
    )
    if (!cut) break
    // As long as anything may be left, the next start goes on.
    expect(isResetDecided(folder), `cut at ${cutAt}`).toBe(true)
  }
  expect(order[0]).toBe('vault.key')
  expect(order.at(-1)).toBe('factory-reset.json')
  expect(left()).toEqual(['config.json', 'kiosk.lock'])
})
