import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDeviceBook } from '../../../main/devices/device-book.ts'

let folder: string
let path: string
let troubles: number
const open = () => openDeviceBook(path, () => void (troubles += 1))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-book-'))
  path = join(folder, 'devices.json')
  troubles = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the book of devices', () => {
  it('keeps role and last use over a restart', async () => {
    const book = await open()
    book.noteUse('card-reader:A', '2026-01-02T03:04:05.000Z')
    await book.setRole('card-reader:A', 'citizen')
    await book.setRole('card-reader:B', 'staff')
    const again = await open()
    expect(again.of('card-reader:A')).toEqual({ role: 'citizen', lastUse: '2026-01-02T03:04:05.000Z' })
    expect(again.of('card-reader:B')).toEqual({ role: 'staff' })
    expect(again.of('card-reader:C')).toEqual({})
    expect(troubles).toBe(0)
  })

  it('begins anew with a file that makes no sense, and says so', async () => {
    for (const text of ['', '{', '[]', '{"a":{"role":"king"}}', '{"a":{"lastUse":"yesterday"}}']) {
      writeFileSync(path, text)
      expect((await open()).of('a')).toEqual({})
    }
    expect(troubles).toBe(5)
  })

  it('lets go of what was used longest ago, and never of a role', async () => {
    const book = await open()
    await book.setRole('first', 'staff')
    for (let n = 0; n < 250; n++) book.noteUse(`d${n}`, new Date(n * 1_000).toISOString())
    await book.setRole('last', 'citizen')
    const kept = Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object)
    expect(kept).toHaveLength(200)
    expect(kept).toEqual(expect.arrayContaining(['first', 'last', 'd249']))
    expect(kept).not.toContain('d0')
  })

  it('does not change a role that the disk refuses', async () => {
    path = join(folder, 'no', 'devices.json')
    const book = await open()
    writeFileSync(join(folder, 'no'), '')
    await expect(book.setRole('a', 'staff')).rejects.toThrow()
    expect(book.of('a')).toEqual({})
  })
})
