/** A request that was saved and is no longer in the database is told of by its id. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KnownRequests } from '../../../sync/known-requests.ts'
import { tellLost } from '../../../sync/lost-requests.ts'
import { openSync, type KioskSync } from '../../../sync/open-sync.ts'
import { sha256Hex } from '../../../sync/packet.ts'
import { SetAside } from '../../../sync/set-aside.ts'
import { zRequestId, type RequestDoc, type RequestId } from '../../../sync/z-facts.ts'

const clock = { now: () => Date.parse('2026-03-01T09:00:00Z') }
const problems: string[] = []
const onProblem = (event: string) => void problems.push(event)
let folder = ''
let sync: KioskSync | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-lost-'))
  problems.length = 0
})
afterEach(async () => {
  await sync?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<KioskSync> {
  sync = await openSync({
    ...{ dataDir: folder, issuer: () => undefined, clock },
    ...{ fetch, random: () => 0.5, onProblem },
  })
  return sync
}
async function close(): Promise<void> {
  await sync?.close()
  sync = undefined
}

const idOf = (n: number) => zRequestId.parse(`01M87QCB9CJZQSXPJ8GGAX97${String(n).padStart(2, '0')}`)
async function save(to: KioskSync, n: number): Promise<void> {
  const bytes = Buffer.from(`payload ${n}`)
  const sha256 = sha256Hex(bytes)
  const document: RequestDoc = {
    ...{ _id: `request:${idOf(n)}`, type: 'request', kind: 'enrolment', kiosk: 'kiosk-1', office: 'Paro' },
    ...{ created: '2026-01-01T00:00:00.000Z', officer: 'o', sealed: 's'.repeat(400), signature: 's' },
    parts: [{ name: 'portrait', sha256, bytes: bytes.length }],
  }
  expect((await to.outbox.add(document, [{ sha256, bytes }])).isOk()).toBe(true)
}

test('a last record that is damaged, which looks like a torn end', async () => {
  const first = await open()
  for (const n of [1, 2, 3, 4]) await save(first, n)
  await close()
  // As after a cut: no snapshot knows of the last requests.
  rmSync(join(folder, 'queue-index.json'))
  const [log = ''] = readdirSync(join(folder, 'outbox')).filter((name) => name.endsWith('.log'))
  const path = join(folder, 'outbox', log)
  const bytes = readFileSync(path)
  const at = bytes.indexOf(idOf(4))
  writeFileSync(path, bytes.subarray(0, at))

  const again = await open()
  expect((await again.list()).map(({ id }) => id)).toEqual([3, 2, 1].map(idOf))
  expect(again.setAside()).toMatchObject([{ kind: 'document', name: `request:${idOf(4)}` }])
  expect(problems.join()).toContain(idOf(4))
  expect(await again.blobs.names()).toHaveLength(4)

  // Told once; and the kiosk works.
  await save(again, 5)
  await close()
  const third = await open()
  expect(third.setAside()).toHaveLength(1)
  expect((await third.list()).map(({ id }) => id)).toEqual([5, 3, 2, 1].map(idOf))
})

test('a queue that is whole is not complained of, whatever state the note of it is in', async () => {
  const first = await open()
  for (const n of [1, 2]) await save(first, n)
  await close()
  const noted = join(folder, 'known-requests')
  expect(readFileSync(noted, 'latin1').split('\n').filter(Boolean)).toEqual([idOf(1), idOf(2)])
  rmSync(noted)
  await open()
  await close()
  appendFileSync(noted, idOf(7).slice(0, 20))
  const again = await open()
  await save(again, 3)
  await close()
  expect((await open()).setAside()).toEqual([])
})

test('one that the issuer has taken in is not lost', async () => {
  const path = join(folder, 'known-requests')
  writeFileSync(path, [1, 2, 3].map((n) => `${idOf(n)}\n`).join(''))
  const known = await KnownRequests.open(path, [idOf(1)], onProblem)
  expect([...known.missing()]).toEqual([idOf(2), idOf(3)])
  const setAside = await SetAside.open(join(folder, 'set-aside'), clock)
  const receipts = (id: string) =>
    id === idOf(2) ? [{ seq: 0, state: 'received' as const, at: '2026-01-01T00:00:00.000Z' }] : []
  const parts = { known, named: new Set<RequestId>(), inbox: { receipts }, setAside, onProblem }
  expect(await tellLost(parts)).toBe(1)
  expect(setAside.list()).toMatchObject([{ kind: 'document', name: `request:${idOf(3)}` }])
  await known.settled()
  expect([...(await KnownRequests.open(path, [idOf(1)], onProblem)).missing()]).toEqual([])
})
