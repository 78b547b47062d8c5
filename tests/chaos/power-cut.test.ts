/** The layer that cuts the power takes away what was not fsync'ed, and nothing that was. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { freshFolder } from '../integration/host-world.ts'
import { compilePowerCut, poweredDisk } from './power/powered-disk.ts'

const writer = fileURLToPath(new URL('./power/writer.ts', import.meta.url))

test("what was fsync'ed is there after the cut, with its name; the rest may be gone, and here it is", async (context) => {
  const layer = compilePowerCut()
  if ('missing' in layer) return context.skip(layer.missing)
  const { path: folder, done } = await freshFolder()
  // No luck: everything that may be lost is.
  const disk = poweredDisk(folder, join(folder, 'journal'), layer.library, () => 0)
  const child = spawn(process.execPath, [writer, disk.root], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...disk.env },
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(disk.cut()).toBeGreaterThan(0)
  const read = (name: string) => readFileSync(join(disk.root, name), 'utf8')
  expect(read('synced')).toBe('kept')
  expect(read('log')).toBe('first ')
  expect(read('payload')).toBe('whole')
  // Synced under its temporary name; the new one was never taken along.
  expect(read('other.part')).toBe('whole')
  expect(existsSync(join(disk.root, 'other'))).toBe(false)
  expect(existsSync(join(disk.root, 'never'))).toBe(false)
  expect(existsSync(join(disk.root, 'sub'))).toBe(true)
  await done()
})
