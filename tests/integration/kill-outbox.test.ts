/** kill -9 of a process that writes the outbox, at random moments: what was reported saved is there, and nothing half. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Blobs } from '../../sync/blobs.ts'
import { openDurableStore } from '../../sync/durable-store.ts'
import { createOutbox } from '../../sync/outbox.ts'
import type { RequestDoc } from '../../sync/z-facts.ts'
import { freshFolder } from './host-world.ts'

const program = fileURLToPath(new URL('../fixtures/outbox-writer.ts', import.meta.url))

/** @param saves to wait for @param moreMs and then so long: the moment itself is chance */
async function writeAndKill(folder: string, saves: number, moreMs: number): Promise<string[]> {
  const writer = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  const exited = once(writer, 'exit')
  const lines = createInterface(writer.stdout)
  const enough = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (line.startsWith('saved ')) said.push(line.slice('saved '.length))
      if (said.length >= saves) resolve()
    })
  })
  const closed = once(lines, 'close')
  await Promise.race([enough, exited])
  await new Promise((resolve) => setTimeout(resolve, moreMs))
  writer.kill('SIGKILL')
  expect(await exited).toEqual([null, 'SIGKILL'])
  await closed
  return said
}

test('nothing that was reported saved is lost, and nothing is there by half', async () => {
  const folder = await freshFolder()
  const saved = new Set<string>()
  for (let round = 0; round < 8; round += 1) {
    for (const id of await writeAndKill(folder.path, Math.floor(Math.random() * 6), Math.random() * 25))
      saved.add(id)
    const database = openDurableStore<RequestDoc>(join(folder.path, 'outbox'))
    const blobs = await Blobs.open(join(folder.path, 'blobs'))
    const there = await createOutbox(database, blobs).list()
    const ids = new Set(there.map(({ _id }) => _id.slice('request:'.length)))
    expect([...saved].filter((id) => !ids.has(id))).toEqual([])
    for (const { sha256, bytes } of there.flatMap(({ parts }) => parts)) {
      expect((await blobs.read(sha256))?.length).toBe(bytes)
    }
    await database.close()
  }
  expect(saved.size).toBeGreaterThan(0)
  await folder.done()
})
