/** "Saved" means fsync'ed: seen at LevelDB's own door, and in the system calls of a process. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import leveldown from 'leveldown'
import { afterAll, expect, test } from 'vitest'
import { openDurableStore } from '../../../sync/durable-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'durable-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('every batch and put goes to LevelDB with sync', async () => {
  const prototype = Object.getPrototypeOf(leveldown(join(folder, 'probe')))
  const seen: { call: string; sync: unknown }[] = []
  const real = { _put: prototype._put, _batch: prototype._batch }
  prototype._put = function (key: unknown, value: unknown, options: { sync?: boolean }, done: unknown) {
    seen.push({ call: 'put', sync: options.sync })
    return real._put.call(this, key, value, options, done)
  }
  prototype._batch = function (list: unknown, options: { sync?: boolean }, done: unknown) {
    seen.push({ call: 'batch', sync: options.sync })
    return real._batch.call(this, list, options, done)
  }
  try {
    const store = openDurableStore<{ n: number }>(join(folder, 'store'))
    for (let n = 0; n < 5; n += 1) {
      const before = seen.length
      await store.put({ _id: `doc:${n}`, n })
      expect(seen.length).toBeGreaterThan(before)
    }
    await store.bulkDocs([{ _id: 'a', n: 1 }])
    await store.close()
    expect(seen.filter(({ sync }) => sync !== true)).toEqual([])
  } finally {
    Object.assign(prototype, real)
  }
})

test('whoever reads while it closes does not take the process down, and the close is over', async () => {
  for (let round = 0; round < 10; round += 1) {
    const store = openDurableStore<{ text: string }>(join(folder, `closing-${round}`))
    await store.bulkDocs(Array.from({ length: 60 }, (_, n) => ({ _id: `d${n}`, text: 'x'.repeat(200) })))
    const reads = [
      store.allDocs({ include_docs: true }),
      store.get('d1'),
      store.changes({ include_docs: true }),
    ]
    for (const read of reads) void Promise.resolve(read).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, round % 4))
    const closed = store.close()
    void store.allDocs({ include_docs: true }).catch(() => undefined)
    void store.get('d2').catch(() => undefined)
    await closed
  }
})

const canTrace = (() => {
  try {
    execFileSync('strace', ['-f', '-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()
if (!canTrace) process.stderr.write('Not run: strace is not installed or may not trace here.\n')

test.skipIf(!canTrace)('the disk is told before a request is called saved', () => {
  const trace = join(folder, 'trace')
  const program = fileURLToPath(new URL('../../fixtures/outbox-writer.ts', import.meta.url))
  execFileSync(
    'strace',
    [
      '-f',
      '-s',
      '200',
      '-e',
      'trace=fsync,fdatasync,rename,write',
      '-o',
      trace,
      process.execPath,
      program,
      join(folder, 'box'),
      '3',
    ],
    { stdio: 'ignore' },
  )
  const lines = readFileSync(trace, 'utf8').split('\n')
  const saved = lines.flatMap((line, n) => (/write\(1, "saved /.test(line) ? [n] : []))
  expect(saved).toHaveLength(3)
  let from = lines.findIndex((line) => /write\(1, "ready/.test(line))
  expect(from).toBeGreaterThan(0)
  for (const to of saved) {
    const between = lines.slice(from, to)
    const renamed = between.findIndex((line) => line.includes('rename('))
    const isSync = (line: string) => /\b(fsync|fdatasync)\(/.test(line)
    // the payload before it gets its name, the folder after it, the document last
    expect(between.slice(0, renamed).some(isSync)).toBe(true)
    expect(between.slice(renamed).filter(isSync).length).toBeGreaterThanOrEqual(2)
    from = to
  }
})
