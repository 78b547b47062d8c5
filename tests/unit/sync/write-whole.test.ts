/** Files that are settled together: none has its name before all are on the disk, and what fails leaves no half. */
import * as nodeFs from 'node:fs/promises'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Blobs } from '../../../sync/blobs.ts'
import { sha256Hex } from '../../../sync/packet.ts'
import { writeAllWhole, type WholeFiles } from '../../../sync/write-whole.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-whole-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The real file system, which tells what it is asked, and refuses the n-th fsync. */
function watched(refused = 0): { files: WholeFiles; asked: string[] } {
  const asked: string[] = []
  let syncs = 0
  const files: WholeFiles = {
    async open(...args) {
      const file = await nodeFs.open(...args)
      const sync = file.sync.bind(file)
      file.sync = async () => {
        if ((syncs += 1) === refused) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
        await sync()
        asked.push(args[0] === folder ? 'sync folder' : 'sync file')
      }
      return file
    },
    async rename(from, to) {
      asked.push('rename')
      await nodeFs.rename(from, to)
    },
    unlink: nodeFs.unlink,
  }
  return { files, asked }
}
const three = () =>
  ['a', 'b', 'c'].map((name) => ({
    path: join(folder, name),
    bytes: Buffer.from(`all of ${name}`),
    temporary: join(folder, `${name}.part`),
  }))

test('each is fsynced before the first is named, and the folder once after the last', async () => {
  const { files, asked } = watched()
  await writeAllWhole(folder, three(), files)
  expect(asked).toEqual([
    ...['sync file', 'sync file', 'sync file', 'rename', 'rename', 'rename', 'sync folder'],
  ])
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('all of b')
})

test('one that the disk refuses: none is named, and no temporary name is left', async () => {
  const { files } = watched(2)
  await expect(writeAllWhole(folder, three(), files)).rejects.toThrow('no room')
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that was not fsynced is not taken for saved', async () => {
  const { files } = watched(4)
  await expect(writeAllWhole(folder, three(), files)).rejects.toThrow('no room')
})

test('payloads of a request are saved together; one that is there is not written again', async () => {
  const blobs = await Blobs.open(join(folder, 'blobs'))
  const payloads = ['one', 'two', 'two'].map((text) => ({
    sha256: sha256Hex(Buffer.from(text)),
    bytes: Buffer.from(text),
  }))
  const first = payloads.slice(0, 1)
  expect((await blobs.putAll(first)).isOk()).toBe(true)
  const before = await nodeFs.stat(blobs.path(payloads[0]?.sha256 ?? ''))
  expect((await blobs.putAll(payloads)).isOk()).toBe(true)
  expect((await nodeFs.stat(blobs.path(payloads[0]?.sha256 ?? ''))).ino).toBe(before.ino)
  expect((await blobs.names()).sort()).toEqual([...new Set(payloads.map(({ sha256 }) => sha256))].sort())
  expect(readdirSync(join(folder, 'blobs'))).toHaveLength(2)
})

test('payloads that go to the disk before they have names are there under them, or not at all', async () => {
  const { files, asked } = watched()
  const blobs = await Blobs.open(folder, { ...nodeFs, ...files })
  const payloads = ['one', 'two', 'three'].map((text) => Buffer.from(text))
  const landing = blobs.land()
  for (const bytes of payloads) landing.write(bytes)
  expect(await blobs.names()).toEqual([])
  expect((await landing.settle(payloads.map(sha256Hex))).isOk()).toBe(true)
  expect(asked.slice(0, 3)).toEqual(['sync file', 'sync file', 'sync file'])
  expect(asked.at(-1)).toBe('sync folder')
  for (const bytes of payloads) expect(await blobs.read(sha256Hex(bytes))).toEqual(bytes)

  const full = await Blobs.open(folder, { ...nodeFs, ...watched(2).files })
  const others = ['four', 'five', 'six'].map((text) => Buffer.from(text))
  const failing = full.land()
  for (const bytes of others) failing.write(bytes)
  expect((await failing.settle(others.map(sha256Hex)))._unsafeUnwrapErr()).toBe('save.disk-full')
  expect(readdirSync(folder).sort()).toEqual(payloads.map(sha256Hex).sort())
})
