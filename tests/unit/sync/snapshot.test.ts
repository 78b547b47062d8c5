/** A cache of what was folded: what was saved comes back, and whatever is not whole is as if it were not there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sha256Hex } from '../../../sync/packet.ts'
import { loadSnapshot, saveSnapshot } from '../../../sync/snapshot.ts'

const zHead = z.object({ since: z.number() })
const entries = Array.from({ length: 1_203 }, (_, n) => ({ n, text: 'ཀ\n"' }))
let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-snapshot-'))
  path = join(folder, 'kept.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('head and entries come back as they were', async () => {
  await saveSnapshot(path, { since: 7 }, entries)
  const kept = await loadSnapshot(path, zHead)
  expect(kept?.head).toEqual({ since: 7 })
  expect([...(kept?.entries ?? [])]).toEqual(entries)
  await saveSnapshot(path, { since: 8 }, [])
  expect([...((await loadSnapshot(path, zHead))?.entries ?? [1])]).toEqual([])
})

test('missing, cut at any place, changed, of another form: nothing', async () => {
  expect(await loadSnapshot(path, zHead)).toBeUndefined()
  await saveSnapshot(path, { since: 7 }, entries.slice(0, 3))
  const whole = readFileSync(path)
  for (let length = 0; length < whole.length; length += 1) {
    writeFileSync(path, whole.subarray(0, length))
    expect(await loadSnapshot(path, zHead)).toBeUndefined()
  }
  writeFileSync(path, whole.toString('utf8').replace('"n":1', '"n":2'))
  expect(await loadSnapshot(path, zHead)).toBeUndefined()
  for (const body of ['{"since":7}\n', '{"form":2}\n', 'nothing\n']) {
    writeFileSync(path, `${body}${sha256Hex(Buffer.from(body))}\n`)
    expect(await loadSnapshot(path, zHead)).toBeUndefined()
  }
})
