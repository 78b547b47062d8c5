import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { holdDataFolder } from '../../../main/shell/data-folder-lock.ts'

const source = fileURLToPath(new URL('../../../main/shell/data-folder-lock.ts', import.meta.url))
const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))

/** A process that takes the lock, says what it got, and stays. */
function startHolder(folder: string) {
  const script = `import { holdDataFolder } from ${JSON.stringify(source)}
    console.log(JSON.stringify(holdDataFolder(${JSON.stringify(folder)})))
    setInterval(() => undefined, 1000)`
  const child = spawn(node, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = new Promise<{ held: boolean; pid?: number }>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(JSON.parse(data.toString()))),
  )
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return { child, said, gone }
}

describe('the lock of the data folder', () => {
  let folder = ''
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-lock-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is held once, names its holder, and can be held again after release', () => {
    const first = holdDataFolder(folder)
    expect(first.held).toBe(true)
    expect(holdDataFolder(folder)).toEqual({ held: false, pid: process.pid })
    if (first.held) first.release()
    expect(readdirSync(folder)).toEqual([])
    expect(holdDataFolder(folder).held).toBe(true)
  })

  it('makes the folder if it is not there', () => {
    expect(holdDataFolder(join(folder, 'a', 'b')).held).toBe(true)
  })

  it('survives kill -9 of its holder without being stale for ever', async () => {
    const { child, said, gone } = startHolder(folder)
    expect(await said).toEqual({ held: true })
    expect(holdDataFolder(folder)).toEqual({ held: false, pid: child.pid })
    child.kill('SIGKILL')
    await gone
    expect(existsSync(join(folder, 'kiosk.lock'))).toBe(true)
    expect(holdDataFolder(folder).held).toBe(true)
  })

  it('is given to one of several that start at once on a stale lock', async () => {
    writeFileSync(join(folder, 'kiosk.lock'), '{"pid":999999999,"birth":"another boot:1"}')
    const holders = Array.from({ length: 4 }, () => startHolder(folder))
    const said = await Promise.all(holders.map((holder) => holder.said))
    for (const { child } of holders) child.kill('SIGKILL')
    await Promise.all(holders.map(({ gone }) => gone))
    expect(said.filter(({ held }) => held)).toHaveLength(1)
  })

  it('knows a process that only has the number of the dead holder', () => {
    writeFileSync(join(folder, 'kiosk.lock'), '{"pid":4711,"birth":"boot-1:100"}')
    const table = { isAlive: () => true, birthOf: () => 'boot-2:100' }
    expect(holdDataFolder(folder, table).held).toBe(true)
  })

  it('believes a living process where the system tells no birth', () => {
    writeFileSync(join(folder, 'kiosk.lock'), '{"pid":4711}')
    expect(holdDataFolder(folder, { isAlive: () => true, birthOf: () => undefined })).toEqual({
      held: false,
      pid: 4711,
    })
    expect(holdDataFolder(folder, { isAlive: () => false, birthOf: () => undefined }).held).toBe(true)
  })

  it.each(['', 'nonsense', '{"pid":"x"}', '{"pid":-1}', '\0\0\0'])('takes a lock of %j for stale', (text) => {
    writeFileSync(join(folder, 'kiosk.lock'), text)
    expect(holdDataFolder(folder).held).toBe(true)
    expect(JSON.parse(readFileSync(join(folder, 'kiosk.lock'), 'utf8'))).toMatchObject({ pid: process.pid })
  })

  it('does not remove a lock that is not its own any more', () => {
    const lock = holdDataFolder(folder)
    writeFileSync(join(folder, 'kiosk.lock'), '{"pid":1}')
    if (lock.held) lock.release()
    expect(existsSync(join(folder, 'kiosk.lock'))).toBe(true)
  })
})
