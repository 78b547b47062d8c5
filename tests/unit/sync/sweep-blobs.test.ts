/** Payloads without a document go at the start; nothing goes while a document cannot be read. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Blobs } from '../../../sync/blobs.ts'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { createOutbox, type Outbox } from '../../../sync/outbox.ts'
import { QueueIndex } from '../../../sync/queue-index.ts'
import { QueueNotes } from '../../../sync/queue-notes.ts'
import { sweepBlobs } from '../../../sync/sweep-blobs.ts'
import type { RequestDoc } from '../../../sync/z-facts.ts'

const mine = Buffer.from('sealed and named by a document')
const stray = Buffer.from('sealed under a key that nobody has')
let folder = ''
let blobs: Blobs
let outbox: Outbox
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-sweep-'))
  blobs = await Blobs.open(join(folder, 'blobs'))
  outbox = createOutbox(openDurableStore<RequestDoc>(join(folder, 'outbox')), blobs)
  await blobs.put(stray)
})
const sweep = async (lost = false) => {
  const index = await QueueIndex.open({
    ...{ database: outbox.database, inbox: { receipts: () => [] }, snapshotPath: join(folder, 'index.json') },
    notes: await QueueNotes.open(join(folder, 'notes.jsonl'), () => undefined),
    onUnreadable: async () => undefined,
  })
  return sweepBlobs(blobs, { outbox, index, lost })
}
afterEach(async () => {
  await outbox.database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function queue(): Promise<string> {
  const sha256 = (await blobs.put(mine))._unsafeUnwrap()
  const document: RequestDoc = {
    ...{ _id: 'request:01M87QCB9CJZQSXPJ8GGAX97A8', type: 'request', kind: 'enrolment', kiosk: 'kiosk-1' },
    ...{ office: 'Paro', created: '2026-01-01T00:00:00.000Z', officer: 'o', sealed: 's', signature: 's' },
    parts: [{ name: 'portrait', sha256, bytes: mine.length }],
  }
  expect((await outbox.add(document, [])).isOk()).toBe(true)
  return sha256
}

test('keeps what a document names and removes the rest', async () => {
  const sha256 = await queue()
  expect(await sweep()).toBe(1)
  expect(await blobs.names()).toEqual([sha256])
})

test('removes everything where nothing is queued', async () => {
  expect(await sweep()).toBe(1)
  expect(await blobs.names()).toEqual([])
})

test('removes nothing while a document cannot be read', async () => {
  await outbox.database.put({ _id: 'request:damaged' } as unknown as RequestDoc)
  expect(await sweep()).toBe(0)
  expect(await blobs.names()).toHaveLength(1)
})

test('removes nothing once a database was set aside, to whose documents they may belong', async () => {
  expect(await sweep(true)).toBe(0)
  expect(await blobs.names()).toHaveLength(1)
})
