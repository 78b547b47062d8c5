/** The issuer under what kiosks may send it: late, twice, half, reordered, forged; each has one effect, and is told. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ulid } from 'ulid'
import { openRegistry } from '../../sync/issuer/registry.ts'
import { createDeliveries } from '../../sync/issuer/deliveries.ts'
import { createIntake } from '../../sync/issuer/intake/intake.ts'
import { openRevocations } from '../../sync/issuer/revocations.ts'
import { loadKeys } from '../../sync/issuer/keys.ts'
import { openKioskStore } from '../../sync/issuer/store/kiosk-store.ts'
import { newKey, syncWorld, type Changes, type Made, type TestKiosk } from './sync-world.ts'
import { freshFolder, until } from './host-world.ts'

let world: Awaited<ReturnType<typeof syncWorld>>
let a: TestKiosk
let b: TestKiosk
let citizens = 20_000_000_000
const someone = () => ({ cid: String((citizens += 1)) })
beforeAll(async () => {
  world = await syncWorld()
  a = await world.kiosk()
  b = await world.kiosk()
})
afterAll(() => world.close())

const whole = ['received', 'checking', 'ready']

describe('a request', () => {
  test('is taken in whether its payload comes before or after it', async () => {
    const after = await world.make(a, someone())
    expect(await world.ended(a, await world.send(a, after))).toEqual(whole)
    const before = await world.make(a, someone())
    for (const blob of before.blobs) expect(await world.upload(a, blob)).toBe(204)
    await world.write(a, [before.document])
    expect(await world.ended(a, before.document._id.slice(8))).toEqual(whole)
  })

  test('that comes twice has one effect', async () => {
    const made = await world.make(a, someone())
    const id = await world.send(a, made)
    await world.ended(a, id)
    expect(await world.send(a, made)).toBe(id)
    const next = await world.send(a, await world.make(a, someone()))
    await world.ended(a, next)
    expect(await world.receipts(a, id)).toHaveLength(3)
  })

  test('of which another kiosk has the same number is the first one’s; the second is told', async () => {
    const id = ulid()
    await world.ended(a, await world.send(a, await world.make(a, { ...someone(), id })))
    await world.send(b, await world.make(b, { ...someone(), id }))
    expect(await world.ended(b, id)).toEqual(['rejected duplicate-request'])
    expect(await world.receipts(a, id)).toHaveLength(3)
  })

  test('of kiosk A that kiosk B brings under its number is refused, and does not stand in the way of A', async () => {
    const made = await world.make(a, someone())
    const asItIs = await world.write(b, [made.document])
    expect(asItIs.body).toMatchObject([{ error: 'forbidden', reason: 'a fact of another kiosk' }])
    await world.send(b, { ...made, document: { ...made.document, kiosk: b.kiosk } })
    const id = made.document._id.slice(8)
    expect(await world.ended(b, id)).toEqual(['rejected bad-kiosk-signature'])
    await world.send(a, made)
    expect(await world.ended(a, id)).toEqual(whole)
  })

  test('for the same citizen and reason again is refused as a duplicate', async () => {
    const who = someone()
    await world.ended(a, await world.send(a, await world.make(a, who)))
    expect(await world.ended(b, await world.send(b, await world.make(b, who)))).toEqual([
      'received',
      'checking',
      'rejected duplicate-request',
    ])
  })

  test('whose passport cannot be confirmed waits for somebody to look at it, and may come anew', async () => {
    const who = someone()
    const travelDocument = {
      ...{ securityObject: 'dwE', group1: 'YQI', readAt: '2026-11-24T00:00:00Z' },
      chip: 'not-offered' as const,
    }
    const sent = await world.send(a, await world.make(a, { ...who, packet: { travelDocument } }))
    const ended = ['received', 'checking', 'needs-attention document-not-genuine']
    expect(await world.ended(a, sent)).toEqual(ended)
    expect(await world.ended(a, await world.send(a, await world.make(a, who)))).toEqual(whole)
  })

  test.each<[string, () => Changes | Promise<Changes>, string]>([
    ['another key', async () => ({ key: await newKey() }), 'bad-kiosk-signature'],
    ['what cannot be opened', () => ({ document: { sealed: 'a.b.c.d.e' } }), 'unsealing-failed'],
    ['the packet of another request', () => ({ packet: { request: ulid() as never } }), 'unsealing-failed'],
    ['claims that do not fit', () => ({ packet: { claims: { cid: '1' } } }), 'schema-mismatch'],
    [
      'a card of nobody',
      () => ({ packet: { card: { file: 'AAAA', readAt: new Date().toISOString() } } }),
      'schema-mismatch',
    ],
    ['no portrait', () => ({ document: { parts: [] } }), 'payload-missing'],
    [
      'a finger that is not there',
      () => ({
        packet: {
          fingerprints: {
            captured: [{ finger: 'Left Thumb', part: 'finger-1', quality: 80, tries: 1 }],
            exceptions: [],
          },
        },
      }),
      'payload-missing',
    ],
  ])('with %s is refused with its reason', async (_name, changes, reason) => {
    const id = await world.send(a, await world.make(a, { ...someone(), ...(await changes()) }))
    expect((await world.ended(a, id)).at(-1)).toBe(`rejected ${reason}`)
  })

  test('whose payload is another than the packet says is refused', async () => {
    const one = await world.make(a, someone())
    const other = await world.make(a, someone())
    const document = { ...one.document, parts: other.document.parts }
    const swapped: Made = {
      blobs: other.blobs,
      document: (await world.make(a, { ...someone(), document: { parts: other.document.parts } })).document,
    }
    expect(document.parts).toEqual(swapped.document.parts)
    expect((await world.ended(a, await world.send(a, swapped))).at(-1)).toBe('rejected payload-mismatch')
  })

  test('that is poison is told about, once, and does not stop those around it', async () => {
    const before = await world.make(a, someone())
    const after = await world.make(a, someone())
    const poison = { _id: `request:${ulid()}`, type: 'request', kind: 'dance', kiosk: a.kiosk }
    await world.write(a, [before.document, poison, after.document])
    for (const blob of [...before.blobs, ...after.blobs]) await world.upload(a, blob)
    expect(await world.ended(a, before.document._id.slice(8))).toEqual(whole)
    expect(await world.ended(a, after.document._id.slice(8))).toEqual(whole)
    expect(await world.ended(a, poison._id.slice(8))).toEqual(['rejected schema-mismatch'])
    await world.ended(a, await world.send(a, await world.make(a, someone())))
    expect(world.problems.filter((event) => event.includes(poison._id))).toHaveLength(1)
  })
})

describe('a payload', () => {
  test('that is not what its hash says is refused and not kept', async () => {
    const { blobs } = await world.make(a, someone())
    const [blob] = blobs
    expect(await world.upload(a, { sha256: blob?.sha256 ?? '', bytes: Buffer.from('other') })).toBe(460)
    const known = await fetch(`${world.url()}/uploads/by-hash/${blob?.sha256}`, {
      method: 'HEAD',
      headers: { authorization: a.authorization },
    })
    expect(known.status).toBe(404)
  })

  test('cannot be taken back by who knows its address', async () => {
    const gone = await fetch(`${world.url()}/uploads/x`, {
      method: 'DELETE',
      headers: { authorization: a.authorization, 'tus-resumable': '1.0.0' },
    })
    expect(gone.status).toBe(405)
  })
})

describe('a restart of the issuer', () => {
  test('takes up what waits for a payload, and what had arrived but was not looked at', async () => {
    const waits = await world.make(a, someone())
    await world.write(a, [waits.document])
    await until('The receipt', async () =>
      (await world.receipts(a, waits.document._id.slice(8))).length > 0 ? true : undefined,
    )
    const arrived = await world.make(a, someone())
    await world.write(a, [arrived.document])
    await world.state.issuer.close()
    // As a crash leaves it between the last byte and the look at it.
    const [blob] = arrived.blobs
    const folder = join(world.folder, 'issuer', 'uploads', 'arriving')
    writeFileSync(join(folder, 'cafe'), blob?.bytes ?? '')
    writeFileSync(
      join(folder, 'cafe.json'),
      JSON.stringify({ id: 'cafe', size: blob?.bytes.length, metadata: { sha256: blob?.sha256 } }),
    )
    writeFileSync(join(folder, 'half.json'), '{"id":"ha')
    await world.restart()
    expect(await world.ended(a, arrived.document._id.slice(8))).toEqual(whole)
    expect(readdirSync(folder)).toEqual(['half.json'])
    for (const rest of waits.blobs) await world.upload(a, rest)
    expect(await world.ended(a, waits.document._id.slice(8))).toEqual(whole)
  })

  test('says nothing twice', async () => {
    const id = await world.send(a, await world.make(a, someone()))
    await world.ended(a, id)
    const seen = world.problems.length
    await world.restart()
    await world.ended(a, await world.send(a, await world.make(a, someone())))
    expect(await world.receipts(a, id)).toHaveLength(3)
    expect(world.problems.slice(seen).filter((event) => event.includes('unreadable'))).toEqual([])
  })
})

test('kiosks that say nothing cost nothing: one document is read for one that was written', async () => {
  const folder = await freshFolder()
  const registry = openRegistry(join(folder.path, 'registry'))
  const store = openKioskStore(folder.path)
  const keys = await loadKeys(folder.path)
  const clock = { now: () => Date.now() }
  const intake = createIntake({
    ...{ store, registry, keys, clock, onProblem: () => undefined, onRevoked: () => undefined },
    delegations: { handedOut: async () => true, replaced: async () => false },
    revocations: openRevocations(join(folder.path, 'revocations')),
    deliveries: createDeliveries({
      store,
      registry,
      keys,
      clock,
      statusListUrl: () => 'http://127.0.0.1/status/1',
    }),
    uploads: { has: async () => false, read: async () => undefined, onArrived: () => undefined },
  })
  const { key } = a
  const kiosks = []
  for (let n = 0; n < 12; n += 1) kiosks.push(await registry.addKiosk('Paro', key as never, 'p'))
  const [first] = kiosks
  const id = first?.id ?? ''
  for (let n = 0; n < 20; n += 1) await store.outbox(id).put({ _id: `note:${n}` })
  await intake.start()
  const asked = vi.spyOn(store, 'outbox')
  const changes = vi.spyOn(store.outbox(id), 'changes')
  await store.outbox(id).put({ _id: 'note:new' })
  await intake.look(id)
  expect(new Set(asked.mock.calls.map(([name]) => name))).toEqual(new Set([id]))
  const { results } = (await changes.mock.results[0]?.value) ?? { results: [] }
  expect(results.map((change: { id: string }) => change.id)).toEqual(['note:new'])
  await intake.stop()
  await Promise.all([registry.close(), store.close()])
  await folder.done()
})
