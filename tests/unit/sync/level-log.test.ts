/** A log of LevelDB's own making: torn at its end it is none of our business, damaged before its end it is found and mended. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { crc32c, damagedLog, mendLogs } from '../../../sync/level-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiosk-log-'))
const made = join(folder, 'made')
const copy = join(folder, 'copy')
/** Some smaller and some larger than a block of the log. */
const sizes = [300, 5_000, 40_000, 700, 90_000, 12_000, 60, 33_000]
let log = ''
let whole = Buffer.alloc(0)

beforeAll(async () => {
  const store = openDurableStore<{ text: string }>(made)
  for (const [n, size] of sizes.entries()) await store.put({ _id: `d${n}`, text: 'x'.repeat(size) })
  await store.close()
  log = readdirSync(made).find((name) => name.endsWith('.log')) ?? ''
  whole = readFileSync(join(made, log))
})
afterAll(() => rmSync(folder, { recursive: true }))

function copied(change: (path: string) => void): string {
  rmSync(copy, { recursive: true, force: true })
  cpSync(made, copy, { recursive: true })
  change(join(copy, log))
  return copy
}
async function documentsIn(path: string): Promise<string[]> {
  const store = openDurableStore<{ text: string }>(path)
  const found: string[] = []
  for (const n of sizes.keys()) if (await store.get(`d${n}`).catch(() => undefined)) found.push(`d${n}`)
  await store.close()
  return found
}

test('the checksum is CRC-32C: the examples of RFC 3720 B.4', () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, n) => n)))).toBe(0x46dd794e)
})

test('whole, or cut at any byte as a power cut does, it is not called damaged', () => {
  expect(damagedLog(made)).toBeUndefined()
  expect(damagedLog(join(folder, 'not-there'))).toBeUndefined()
  fc.assert(
    fc.property(fc.nat(whole.length), (length) => {
      expect(damagedLog(copied((path) => truncateSync(path, length)))).toBeUndefined()
    }),
    { numRuns: 40 },
  )
})

test('a changed byte anywhere before the last record is found', () => {
  fc.assert(
    fc.property(fc.nat(Math.floor(whole.length * 0.75)), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(at) ^ change, at)
      expect(damagedLog(copied((path) => writeFileSync(path, bytes)))).toContain(log)
    }),
    { numRuns: 40 },
  )
})

test('mended, everything but the damaged record is there, also what stands in the same block', async () => {
  const at = whole.indexOf('x'.repeat(250)) + 100
  const bytes = Buffer.from(whole)
  bytes.writeUInt8(1, at)
  const [left, mended] = [copied((path) => writeFileSync(path, bytes)), join(folder, 'mended')]
  cpSync(left, mended, { recursive: true })
  mendLogs(mended)
  expect(damagedLog(mended)).toBeUndefined()
  const kept = await documentsIn(mended)
  expect(kept).toEqual(sizes.slice(1).map((_, n) => `d${n + 1}`))
  // What LevelDB makes of it by itself, without a word: the reason for all this.
  expect((await documentsIn(left)).length).toBeLessThan(kept.length)
})

test('what was mended without need is byte for byte what was there', () => {
  copied(() => undefined)
  mendLogs(copy)
  expect(readFileSync(join(copy, log)).equals(whole)).toBe(true)
})
