/** A queue that cannot be read is moved aside, kept and told; what can be read goes on; the kiosk starts in any case. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../../sync/open-sync.ts'
import { sha256Hex } from '../../../sync/packet.ts'
import type { RequestDoc } from '../../../sync/z-facts.ts'

let folder = ''
let sync: KioskSync | undefined
const problems: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-aside-'))
  problems.length = 0
})
afterEach(async () => {
  await sync?.close()
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
  await sync?.close()
  sync = undefined
}

const idOf = (n: number) => `01M87QCB9CJZQSXPJ8GGAX97${String(n).padStart(2, '0')}`
async function save(to: KioskSync, n: number): Promise<string> {
  const bytes = Buffer.from(`payload ${n}`)
  const sha256 = sha256Hex(bytes)
  const document: RequestDoc = {
    ...{ _id: `request:${idOf(n)}`, type: 'request', kind: 'enrolment', kiosk: 'kiosk-1', office: 'Paro' },
    ...{ created: '2026-01-01T00:00:00.000Z', officer: 'o', sealed: 's'.repeat(400), signature: 's' },
    parts: [{ name: 'portrait', sha256, bytes: bytes.length }],
  }
  expect((await to.outbox.add(document, [{ sha256, bytes }])).isOk()).toBe(true)
  return sha256
}
const outboxFiles = (fits: RegExp) =>
  readdirSync(join(folder, 'outbox'))
    .filter((name) => fits.test(name))
    .map((name) => join(folder, 'outbox', name))

describe('the outbox', () => {
  type Damage = [name: string, damage: () => void]
  test.each<Damage>([
    ['whose CURRENT is gone', () => outboxFiles(/^CURRENT$/).forEach((path) => rmSync(path))],
    ['whose CURRENT is nonsense', () => outboxFiles(/^CURRENT$/).forEach((path) => writeFileSync(path, 'x'))],
    ['whose manifest is gone', () => outboxFiles(/^MANIFEST/).forEach((path) => rmSync(path))],
    ['whose manifest is empty', () => outboxFiles(/^MANIFEST/).forEach((path) => truncateSync(path))],
  ])('%s is set aside, and every request of it is taken over', async (_name, damage) => {
    const first = await open()
    for (const n of [1, 2, 3]) await save(first, n)
    await close()
    damage()
    const again = await open()
    expect((await again.list()).map(({ id }) => id)).toEqual([idOf(3), idOf(2), idOf(1)])
    expect(await again.blobs.names()).toHaveLength(3)
    expect(again.setAside()).toMatchObject([{ kind: 'database', name: 'outbox' }])
    expect(problems.join()).toContain('3 documents taken over')
    // And it takes new ones, which are there after the next start.
    await save(again, 4)
    await close()
    expect(await (await open()).list()).toHaveLength(4)
  })

  test('that is nothing but noise is kept, its payloads stay, and the kiosk works', async () => {
    const first = await open()
    await save(first, 1)
    await close()
    for (const path of outboxFiles(/./)) writeFileSync(path, Buffer.alloc(3_000, 7))
    const again = await open()
    expect(await again.list()).toEqual([])
    expect(again.setAside().map(({ name, reason }) => [name, reason])).toContainEqual([
      'outbox-lost',
      '1 requests that were saved are not in the database any more',
    ])
    expect(again.setAside()).toMatchObject([{ kind: 'database' }, { kind: 'database' }])
    expect(await again.blobs.names()).toHaveLength(1)
    await save(again, 2)
    expect(await again.queue()).toMatchObject({ waiting: 1 })
  })
})

test('an inbox that cannot be read is set aside: the issuer says it again', async () => {
  const first = await open()
  await first.inbox.database.put({ _id: 'something' })
  await close()
  for (const name of readdirSync(join(folder, 'inbox'))) writeFileSync(join(folder, 'inbox', name), 'x')
  const again = await open()
  expect(again.setAside()).toMatchObject([{ kind: 'database', name: 'inbox' }])
})

test('a document that is none is kept apart once, told, and blocks nothing', async () => {
  const first = await open()
  await save(first, 1)
  await first.outbox.database.put({ _id: 'request:damaged', half: true } as never)
  await close()
  for (let start = 0; start < 2; start += 1) {
    const again = await open()
    expect(await again.list()).toHaveLength(1)
    expect(again.setAside()).toMatchObject([{ kind: 'document', name: 'request:damaged' }])
    await close()
  }
  const [kept] = readdirSync(join(folder, 'set-aside'))
  const text = readFileSync(join(folder, 'set-aside', kept ?? '', 'kept'), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ half: true })
})

test('what is folded is kept for the next start, and a damaged copy of it costs nothing but time', async () => {
  const first = await open()
  for (const n of [1, 2]) await save(first, n)
  await close()
  const path = join(folder, 'queue-index.json')
  const whole = readFileSync(path)
  writeFileSync(path, whole.subarray(0, whole.length - 1))
  expect(await (await open()).list()).toHaveLength(2)
})
