/**
 * The disk is given back when the issuer's own signature says that the payload is safe with it, and that the days are over;
 * what the databases give back is measured.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../../sync/open-sync.ts'
import { sha256Hex, signDocument } from '../../../sync/packet.ts'
import type { RequestDoc } from '../../../sync/z-facts.ts'

const day = 86_400_000
const received = Date.parse('2026-03-01T09:00:00.000Z')
const id = '01M87QCB9CJZQSXPJ8GGAX9701'
const portrait = Buffer.from('sealed portrait')
const document = Buffer.from('sealed document')
const [portraitHash, documentHash] = [sha256Hex(portrait), sha256Hex(document)]

let issuer: { public: JWK; private: JWK }
let stranger: { public: JWK; private: JWK }
let folder = ''
let sync: KioskSync
let wall = received

beforeAll(async () => {
  const newPair = async () => {
    const pair = await generateKeyPair('ES256', { extractable: true })
    return { public: await exportJWK(pair.publicKey), private: await exportJWK(pair.privateKey) }
  }
  issuer = await newPair()
  stranger = await newPair()
})
beforeEach(async () => {
  wall = received
  folder = mkdtempSync(join(tmpdir(), 'kiosk-give-back-'))
  sync = await openSync({
    dataDir: folder,
    issuer: () => ({
      ...{ url: 'http://127.0.0.1:9', kiosk: 'kiosk-1', user: 'u', password: 'p' },
      signing: issuer.public,
    }),
    ...{ clock: { now: () => wall }, random: () => 0.5, payloadDays: 7 },
    fetch: () => Promise.reject(new Error('no link')),
  })
  const request: RequestDoc = {
    ...{ _id: `request:${id}`, type: 'request', kind: 'enrolment', kiosk: 'kiosk-1', office: 'Paro' },
    ...{ created: new Date(received).toISOString(), officer: 'o', sealed: 's', signature: 's' },
    parts: [
      { name: 'portrait', sha256: portraitHash, bytes: portrait.length },
      { name: 'document', sha256: documentHash, bytes: document.length },
    ],
  }
  const blobs = [
    { sha256: portraitHash, bytes: portrait },
    { sha256: documentHash, bytes: document },
  ]
  expect((await sync.outbox.add(request, blobs)).isOk()).toBe(true)
})
afterEach(async () => {
  await sync.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  seq: number
  at: number
  parts?: string[]
  of?: string
  key?: JWK
}

async function say({ seq, at, parts, of = id, key = issuer.private }: Said): Promise<void> {
  const unsigned = {
    ...{ _id: `receipt:${of}:${String(seq).padStart(4, '0')}`, type: 'receipt', request: of, seq },
    ...{ state: 'checking', at: new Date(at).toISOString(), ...(parts && { parts }) },
  }
  await sync.inbox.database.put({ ...unsigned, signature: await signDocument(unsigned, key) })
  await sync.inbox.refresh()
}
/** Word of another request: it says nothing of this one but how late it is. */
const later = (at: number) => say({ seq: 0, at, of: '01M87QCB9CJZQSXPJ8GGAX9702' })
const kept = async () => (await sync.blobs.names()).length

test('a payload goes when a signed receipt names it and the days are over, and no other', async () => {
  await say({ seq: 1, at: received, parts: [portraitHash] })
  await later(received + 7 * day - 1_000)
  expect(await sync.keepHouse()).toMatchObject({ payloads: 0, bytes: 0 })
  expect(await kept()).toBe(2)
  await sync.inbox.database.remove(await sync.inbox.database.get('receipt:01M87QCB9CJZQSXPJ8GGAX9702:0000'))
  await say({ seq: 1, at: received + 7 * day, of: '01M87QCB9CJZQSXPJ8GGAX9702' })
  expect(await sync.keepHouse()).toMatchObject({ payloads: 1, bytes: portrait.length })
  expect(await sync.blobs.names()).toEqual([documentHash])
})

test('a receipt that names none gives nothing back, however old it is', async () => {
  await say({ seq: 1, at: received })
  await later(received + 400 * day)
  await sync.keepHouse()
  expect(await kept()).toBe(2)
})

test('a receipt of another key gives nothing back, whether it came so or was changed on the disk', async () => {
  await say({ seq: 1, at: received, parts: [portraitHash], key: stranger.private })
  await later(received + 30 * day)
  await sync.keepHouse()
  expect(await kept()).toBe(2)
  // One that was found good, and is another when the disk is given back.
  await say({ seq: 2, at: received, parts: [portraitHash] })
  const name = `receipt:${id}:0002`
  const stored = await sync.inbox.database.get(name)
  await sync.inbox.database.put({ ...stored, parts: [portraitHash, documentHash] })
  await sync.keepHouse()
  expect(await kept()).toBe(2)
})

test.each([-200, 200])(
  'the clock set by %i days gives nothing back early, and holds nothing back',
  async (days) => {
    await say({ seq: 1, at: received, parts: [portraitHash] })
    wall = received + days * day
    await sync.keepHouse()
    expect(await kept()).toBe(2)
    await later(received + 8 * day)
    await sync.keepHouse()
    expect(await sync.blobs.names()).toEqual([documentHash])
  },
)

test('what the databases give back is measured and can be read afterwards', async () => {
  expect(sync.lastHousekeeping()).toBeUndefined()
  // Much that is written over, and does not compress.
  const noise = () => Buffer.from(crypto.getRandomValues(new Uint8Array(6_000))).toString('base64')
  const writeOver = async () => {
    for (let n = 0; n < 40; n += 1) {
      const before = await sync.inbox.database.get('notes').catch(() => undefined)
      const revision = before && { _rev: before._rev }
      await sync.inbox.database.put({ _id: 'notes', ...revision, noise: noise() })
    }
  }
  // LevelDB drops what was written over when it merges two files: from the second time on.
  await writeOver()
  await sync.keepHouse()
  await writeOver()
  const done = await sync.keepHouse()
  expect(done?.databaseBytesAfter).toBeLessThan((done?.databaseBytesBefore ?? 0) / 2)
  expect(sync.lastHousekeeping()).toEqual(done)
  expect(await sync.inbox.database.get('notes')).toMatchObject({ _id: 'notes' })
})
