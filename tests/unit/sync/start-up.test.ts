/**
 * Whatever a power cut, a worn disk or a hand left in the folder of the queue: the kiosk starts, says what it found, keeps
 * what it could not read, and takes the next request.
 */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../../sync/open-sync.ts'
import { sha256Hex } from '../../../sync/packet.ts'
import type { RequestDoc } from '../../../sync/z-facts.ts'

let folder = ''
let sync: KioskSync | undefined
const problems: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-start-'))
  problems.length = 0
})
afterEach(async () => {
  await close()
  rmSync(folder, { recursive: true, force: true })
})
async function open(): Promise<KioskSync> {
  sync = await openSync({
    ...{ dataDir: folder, issuer: () => undefined, clock: { now: () => Date.parse('2026-03-01T09:00:00Z') } },
    ...{ fetch, random: () => 0.5, onProblem: (event: string) => problems.push(event) },
  })
  return sync
}
async function close(): Promise<void> {
  const open = sync
  sync = undefined
  await open?.close()
}
const below = (...names: string[]) => join(folder, ...names)

const idOf = (n: number) => `01M87QCB9CJZQSXPJ8GGAX97${String(n).padStart(2, '0')}`
const bytesOf = (n: number) => Buffer.from(`payload ${n}`)
async function save(n: number): Promise<void> {
  const bytes = bytesOf(n)
  const sha256 = sha256Hex(bytes)
  const document: RequestDoc = {
    ...{ _id: `request:${idOf(n)}`, type: 'request', kind: 'enrolment', kiosk: 'kiosk-1', office: 'Paro' },
    ...{ created: '2026-01-01T00:00:00.000Z', officer: 'o', sealed: 's'.repeat(400), signature: 's' },
    parts: [{ name: 'portrait', sha256, bytes: bytes.length }],
  }
  expect((await sync?.outbox.add(document, [{ sha256, bytes }]))?.isOk()).toBe(true)
}
/** The first of a folder whose name fits. */
function fileIn(name: string, fits: RegExp): string {
  const found = readdirSync(below(name)).find((one) => fits.test(one))
  if (found === undefined) throw new Error(`No ${String(fits)} in ${name}`)
  return below(name, found)
}
function flip(path: string, at: (size: number) => number): void {
  const bytes = readFileSync(path)
  const place = at(bytes.length)
  bytes.writeUInt8(bytes.readUInt8(place) ^ 0x5a, place)
  writeFileSync(path, bytes)
}
const blob = (n: number) => below('blobs', sha256Hex(bytesOf(n)))
const middle = (size: number) => size >> 1

/** what is damaged, and how many of three requests are there after it; what is lost must be told */
const damages: [string, () => void, number][] = [
  ['a byte of the outbox’s log is flipped', () => flip(fileIn('outbox', /\.log$/), middle), 2],
  ['the outbox’s log is cut short', () => cut(fileIn('outbox', /\.log$/)), 1],
  ['a byte of the outbox’s manifest is flipped', () => flip(fileIn('outbox', /^MANIFEST/), middle), 3],
  ['the inbox’s CURRENT names nothing', () => writeFileSync(below('inbox', 'CURRENT'), 'x\n'), 3],
  ['a payload is missing', () => rmSync(blob(1)), 3],
  ['a byte of a payload is flipped', () => flip(blob(1), middle), 3],
  ['a payload has no bytes', () => truncateSync(blob(1)), 3],
  ['half a payload was being written', () => writeFileSync(`${blob(1)}.1-1.part`, 'half'), 3],
  [
    'the notes are torn in the middle',
    () => writeFileSync(below('notes.jsonl'), '{"done":"ab\u0000\u0000{"upl\n{"refused":"request:x","rea'),
    3,
  ],
  [
    'the queue’s snapshot is of another version',
    () => {
      const head = `${JSON.stringify({ form: 99, since: 1, unreadable: 0, more: true })}\n`
      writeFileSync(below('queue-index.json'), `${head}${sha256Hex(Buffer.from(head))}\n`)
    },
    3,
  ],
  ['the queue’s snapshot is nonsense', () => writeFileSync(below('queue-index.json'), '\u0000\u0001'), 3],
  ['the inbox’s snapshot is nonsense', () => writeFileSync(below('inbox-index.json'), '{}'), 3],
  ['the contact clock is nonsense', () => writeFileSync(below('contact.json'), '{"wall":"yesterday"'), 3],
  ['the link’s diary is nonsense', () => writeFileSync(below('link-diary.jsonl'), '\u0000[}\n'), 3],
  [
    'a thing set aside has lost its reason',
    () => {
      mkdirSync(below('set-aside', 'document-x'), { recursive: true })
      writeFileSync(below('set-aside', 'document-x', 'kept'), '{}')
    },
    3,
  ],
]

function cut(path: string): void {
  truncateSync(path, middle(readFileSync(path).length))
}

test.each(damages)('%s: it starts, and takes the next request', async (_name, damage, expected) => {
  await open()
  for (const n of [1, 2, 3]) await save(n)
  await close()
  damage()
  const again = await open()
  const there = (await again.list()).length
  expect(there).toBe(expected)
  if (there < 3) {
    // Told, by name; and the payloads of what is gone stay, for a technician may find the rest.
    const kept = again.setAside().find(({ name }) => name === 'outbox-lost')
    const lost = readFileSync(below('set-aside', kept?.place ?? '', 'kept'), 'utf8')
    const missing = [1, 2, 3].filter((n) => lost.includes(idOf(n)))
    expect(missing).toHaveLength(3 - there)
    for (const n of missing) expect(existsSync(blob(n))).toBe(true)
    expect(problems.join()).toContain('not in the database any more')
  }
  await save(4)
  expect(await again.queue()).toMatchObject({ waiting: there + 1 })
  await close()
  const third = await open()
  expect(await third.list()).toHaveLength(there + 1)
  // Told once, and not at each start.
  expect(third.setAside().filter(({ name }) => name === 'outbox-lost').length).toBe(there < 3 ? 1 : 0)
  expect(existsSync(blob(4))).toBe(true)
})

test('notes that are torn lose the torn line only, and are written on', async () => {
  await open()
  await save(1)
  await sync?.synchroniser.stop()
  await close()
  const [done, refused] = ['a'.repeat(64), `request:${idOf(1)}`]
  const line = JSON.stringify({ refused, reason: 'answered 413', at: '2026-01-02T00:00:00.000Z' })
  writeFileSync(below('notes.jsonl'), `{"upload":"${done}","u\n${line}\n{"done":"`)
  const again = await open()
  expect((await again.list())[0]).toMatchObject({ state: 'needs-attention', stopped: 'document-refused' })
})

/** Whom the rights of a folder mean; as root it becomes nobody for a moment, for root may write everywhere. */
const nobody = 65_534
function asNobody(): () => void {
  if (process.getuid?.() !== 0 || !process.seteuid) return () => undefined
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(below(name), nobody, nobody)
  chownSync(folder, nobody, nobody)
  process.seteuid(nobody)
  return () => process.seteuid?.(0)
}

test('no write permission on the queue’s folder: it says so, and nothing of the queue is touched', async () => {
  await open()
  await save(1)
  await close()
  chmodSync(below('outbox'), 0o500)
  const backAgain = asNobody()
  try {
    await expect(open()).rejects.toThrow(/Permission denied|EACCES/)
  } finally {
    backAgain()
  }
  chmodSync(below('outbox'), 0o700)
  expect(await (await open()).list()).toHaveLength(1)
  expect(sync?.setAside()).toEqual([])
})
