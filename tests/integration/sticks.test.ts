/**
 * Kiosks whose link is dead, an issuer far away, and a stick between them. Whatever goes round on it is one request, its
 * answers are the ones that the link would bring, and who carries cannot read.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openSync, type KioskSync } from '../../sync/open-sync.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import { newKey, syncWorld, type Changes, type Made, type TestKiosk } from './sync-world.ts'
import { until } from './host-world.ts'

let world: Awaited<ReturnType<typeof syncWorld>>
let stick: string
let citizens = 40_000_000_000
const opened: KioskSync[] = []
beforeAll(async () => {
  world = await syncWorld()
})
afterAll(async () => {
  for (const one of opened) await one.close()
  await world.close()
})
beforeEach(() => {
  stick = mkdtempSync(join(tmpdir(), 'stick-'))
  return () => rmSync(stick, { recursive: true, force: true })
})

interface Kiosk {
  of: TestKiosk
  sync: KioskSync
  link: { cut: boolean; sent: string[] }
  save(changes?: Changes): Promise<Made>
}

async function kiosk(office: string, quotaBytes = 1_000_000_000): Promise<Kiosk> {
  const of = await world.kiosk(office)
  const link = { cut: true, sent: [] as string[] }
  const sync = await openSync({
    dataDir: join(world.folder, of.kiosk),
    issuer: () => ({
      ...{ url: link.cut ? 'http://127.0.0.1:9' : world.url(), kiosk: of.kiosk, user: of.user },
      ...{ password: of.password, signing: of.trust.signing, own: { ...of, signingKey: of.key } },
    }),
    fetch: (input, init) => {
      if (link.cut) return Promise.reject(new TypeError('the link is cut'))
      link.sent.push(`${init?.method ?? 'GET'} ${String(input instanceof Request ? input.url : input)}`)
      return fetch(input, init)
    },
    ...{ clock: { now: () => Date.now() }, random: () => 0.5, probeUpMs: 200, probeDownMs: 100 },
    carry: { quotaBytes, roomBytes: async () => undefined },
  })
  opened.push(sync)
  sync.synchroniser.start()
  const save = async (changes: Changes = {}) => {
    const made = await world.make(of, { cid: String((citizens += 1)), ...changes })
    expect((await sync.outbox.add(made.document, made.blobs)).isOk()).toBe(true)
    return made
  }
  return { of, sync, link, save }
}

const idOf = ({ document }: Made) => document._id.slice('request:'.length) as RequestId
const unsent = { what: 'unsent' } as const
const state = async ({ sync }: Kiosk, made: Made) => (await sync.status(idOf(made)))?.state
const whole = ['received', 'checking', 'ready']
const bundles = () => readdirSync(join(stick, 'IDKIOSK'))

describe('a kiosk without a link', () => {
  test('sends by stick, hears back by stick, and has nothing left to send when the link is back', async () => {
    const a = await kiosk('Gasa')
    const made = [await a.save(), await a.save()]
    expect(a.sync.sticks.export.survey(unsent)).toMatchObject({ requests: 2 })
    const written = (await a.sync.sticks.export.write(stick, unsent))._unsafeUnwrap()
    expect(written).toMatchObject({ requests: 2, bundles: 1, left: 0, found: 0 })
    // It is still owed: a stick may be lost.
    expect(await a.sync.queue()).toMatchObject({ waiting: 2 })
    expect(await world.state.issuer.sticks.importFrom(stick)).toMatchObject([{ ok: true, news: 2 }])
    for (const one of made) expect(await world.ended(a.of, idOf(one))).toEqual(whole)
    await world.state.issuer.sticks.exportTo(stick)

    const shown = (await a.sync.sticks.import.look(stick))._unsafeUnwrap()
    expect(shown.map(({ kind, verdict }) => [kind, verdict]).sort()).toEqual([
      ['receipts', 'take'],
      ['requests', 'own'],
    ])
    const taken = (await a.sync.sticks.import.take(stick, {}))._unsafeUnwrap()
    expect(taken.news).toHaveLength(2)
    expect(taken.news).toMatchObject([{ before: 'queued', state: 'ready' }, {}])
    for (const one of made) expect(await state(a, one)).toBe('ready')
    expect(await a.sync.queue()).toMatchObject({ waiting: 0, bytesToGo: 0 })
    expect(await a.sync.sticks.import.take(stick, {})).toMatchObject({ value: { answers: 0, news: [] } })

    a.link.cut = false
    await a.sync.synchroniser.syncNow()
    expect(a.link.sent.filter((one) => /PATCH|POST .*\/uploads$/.test(one))).toEqual([])
    for (const one of made) {
      expect(await world.receipts(a.of, idOf(one))).toHaveLength(3)
      const id = `receipt:${idOf(one)}:0002`
      const kept = await a.sync.inbox.database.get(id, { conflicts: true } as object)
      expect(kept).not.toHaveProperty('_conflicts')
      expect(kept._rev).toMatch(/^1-/)
    }
    // The stick gives back its room: the issuer has said that it has them.
    const next = await a.save()
    const again = (
      await a.sync.sticks.export.write(stick, { what: 'requests', ids: [idOf(next)] })
    )._unsafeUnwrap()
    expect(again).toMatchObject({ requests: 1, bundles: 1 })
    expect(bundles()).toHaveLength(2)
    await until('The end by the link', async () => ((await state(a, next)) === 'ready' ? true : undefined))
    await world.state.issuer.sticks.importFrom(stick)
    expect(await world.receipts(a.of, idOf(next))).toHaveLength(3)
  })

  test('exports what was sent and decided, too, without the payloads that it gave back', async () => {
    const a = await kiosk('Haa')
    a.link.cut = false
    const made = await a.save()
    await until('The end by the link', async () => ((await state(a, made)) === 'ready' ? true : undefined))
    const from = new Date(Date.now() - 60_000).toISOString()
    const between = { what: 'between', from, to: new Date(Date.now() + 60_000).toISOString() } as const
    expect((await a.sync.sticks.export.write(stick, between))._unsafeUnwrap()).toMatchObject({
      requests: 1,
      left: 0,
    })
    await a.sync.blobs.remove(...made.blobs.map(({ sha256 }) => sha256))
    rmSync(join(stick, 'IDKIOSK'), { recursive: true })
    expect((await a.sync.sticks.export.write(stick, between))._unsafeUnwrap()).toMatchObject({
      requests: 1,
      left: 1,
    })
    expect(await world.state.issuer.sticks.importFrom(stick)).toMatchObject([
      { ok: true, news: 0, refused: [] },
    ])
    expect(await world.receipts(a.of, idOf(made))).toHaveLength(3)
  })

  test('goes on after the stick was pulled out, and writes what came since into another bundle', async () => {
    const a = await kiosk('Lhuentse')
    await a.save({ portraitBytes: 5_000_000 })
    const stop = new AbortController()
    const cut = await a.sync.sticks.export.write(stick, unsent, {
      signal: stop.signal,
      onProgress: (done) => done > 4_000_000 && stop.abort(),
    })
    expect(cut._unsafeUnwrapErr()).toBe('stopped')
    await a.save()
    const done = (await a.sync.sticks.export.write(stick, unsent))._unsafeUnwrap()
    expect(done).toMatchObject({ requests: 2, bundles: 2, found: 4_194_304 })
    expect(await world.state.issuer.sticks.importFrom(stick)).toMatchObject([
      { ok: true, missingPayloads: 0 },
      { ok: true, missingPayloads: 0 },
    ])
  })

  test('on a stick that is full, goes away or is lost keeps everything, and sends it when the link is back', async () => {
    const a = await kiosk('Trongsa')
    const made = await a.save()
    const gone = () => Promise.reject(Object.assign(new Error('gone'), { code: 'EIO' }))
    expect((await a.sync.sticks.export.write(stick, unsent, { readBack: gone }))._unsafeUnwrapErr()).toBe(
      'stick.failed',
    )
    expect((await a.sync.sticks.export.write(join(stick, 'no'), unsent))._unsafeUnwrapErr()).toBe(
      'stick.gone',
    )
    expect(await a.sync.queue()).toMatchObject({ waiting: 1 })
    expect((await a.sync.sticks.export.write(stick, unsent)).isOk()).toBe(true)
    // Exported, and the stick was lost on the way.
    a.link.cut = false
    await until('The end by the link', async () => ((await state(a, made)) === 'ready' ? true : undefined))
  })
})

describe('another kiosk', () => {
  test('carries what it cannot read, gives back its disk when the issuer has it, and takes nothing twice', async () => {
    const a = await kiosk('Gasa')
    const b = await kiosk('Punakha')
    const made = await a.save()
    await a.sync.sticks.export.write(stick, unsent)
    const look = async (by: Kiosk) => (await by.sync.sticks.import.look(stick))._unsafeUnwrap()
    expect(await look(a)).toMatchObject([{ verdict: 'own' }])
    expect(await look(b)).toMatchObject([{ kind: 'requests', kiosk: a.of.kiosk, verdict: 'take' }])
    const taken = (await b.sync.sticks.import.take(stick, {}))._unsafeUnwrap()
    expect(taken.carried).toMatchObject([{ kiosk: a.of.kiosk, whole: true }])
    expect(await look(b)).toMatchObject([{ verdict: 'known' }])
    expect((await b.sync.sticks.import.take(stick, {}))._unsafeUnwrap().carried).toEqual([])
    expect(await b.sync.list()).toEqual([])

    // On to a second stick, too, and from there to the issuer: it is still one request.
    const second = mkdtempSync(join(tmpdir(), 'stick-'))
    expect((await b.sync.sticks.passOn(second, {}))._unsafeUnwrap()).toMatchObject({ bundles: 1 })
    expect(await world.state.issuer.sticks.importFrom(second)).toMatchObject([{ ok: true, news: 1 }])
    rmSync(second, { recursive: true })

    const own = await b.save()
    const [bundle] = b.sync.sticks.carried.list()
    b.link.cut = false
    b.sync.synchroniser.wake()
    await until('The disk given back', async () =>
      b.sync.sticks.carried.list().length === 0 ? true : undefined,
    )
    expect(readdirSync(join(world.folder, b.of.kiosk, 'carried'))).toEqual([])
    expect(readdirSync(join(world.folder, 'issuer', 'carried', 'whole'))).toEqual([])
    expect(b.sync.sticks.taken.has(bundle?.id ?? '')).toBe(true)
    expect(await look(b)).toMatchObject([{ verdict: 'known' }])
    expect(await world.ended(a.of, idOf(made))).toEqual(whole)
    expect(await world.ended(b.of, idOf(own))).toEqual(whole)
    a.link.cut = false
    await until('The answer by the own link', async () =>
      (await state(a, made)) === 'ready' ? true : undefined,
    )
    expect(await world.receipts(a.of, idOf(made))).toHaveLength(3)
  })

  test('takes the whole parts of a stick with a flipped byte, sends them, and the rest when it comes', async () => {
    const a = await kiosk('Gasa')
    const b = await kiosk('Punakha')
    const made = [await a.save({ portraitBytes: 5_000_000 }), await a.save()]
    await a.sync.sticks.export.write(stick, unsent)
    const second = join(stick, 'IDKIOSK', bundles()[0] ?? '', 'V0002.BIN')
    const good = readFileSync(second)
    const bad = Buffer.from(good)
    bad[7] = (bad[7] ?? 0) ^ 1
    writeFileSync(second, bad)
    expect((await b.sync.sticks.import.take(stick, {}))._unsafeUnwrap().carried).toMatchObject([
      { whole: false },
    ])
    b.link.cut = false
    await until('The part sent', async () => (b.sync.sticks.carried.list().length === 0 ? true : undefined))
    for (const one of made)
      expect(await world.receipts(a.of, idOf(one))).toMatchObject([{ state: 'received' }])
    writeFileSync(second, good)
    expect((await b.sync.sticks.import.take(stick, {}))._unsafeUnwrap().carried).toMatchObject([
      { whole: true },
    ])
    for (const one of made) expect(await world.ended(a.of, idOf(one))).toEqual(whole)
    await until('The rest sent', async () => (b.sync.sticks.carried.list().length === 0 ? true : undefined))
  })

  test('takes none that is not of this fleet, and no more than it may hold', async () => {
    const a = await kiosk('Gasa')
    const small = await kiosk('Punakha', 1_000)
    await a.save()
    await a.sync.sticks.export.write(stick, unsent)
    expect((await small.sync.sticks.import.take(stick, {}))._unsafeUnwrapErr()).toBe('carry.no-room')
    const forger = await kiosk('Nowhere')
    forger.of.key = await newKey()
    await forger.save()
    rmSync(join(stick, 'IDKIOSK'), { recursive: true })
    await forger.sync.sticks.export.write(stick, unsent)
    expect((await small.sync.sticks.import.look(stick))._unsafeUnwrap()).toMatchObject([
      { verdict: 'signature' },
    ])
    expect((await small.sync.sticks.import.take(stick, {}))._unsafeUnwrap().carried).toEqual([])
  })

  test('leaves answers for another where they are, and takes its own up again after a restart', async () => {
    const a = await kiosk('Gasa')
    const b = await kiosk('Punakha')
    await a.save()
    await a.sync.sticks.export.write(stick, unsent)
    await world.state.issuer.sticks.exportTo(stick)
    const verdicts = (await b.sync.sticks.import.look(stick))
      ._unsafeUnwrap()
      .map((one) => `${one.kind} ${one.verdict}`)
    expect(verdicts.sort()).toEqual(['receipts elsewhere', 'requests take'])
    await b.sync.sticks.import.take(stick, {})
    await b.sync.close()
    const again = await openSync({
      dataDir: join(world.folder, b.of.kiosk),
      issuer: () => undefined,
      ...{ fetch, clock: { now: () => Date.now() }, random: () => 0.5 },
    })
    opened.push(again)
    expect(again.sticks.carried.list()).toMatchObject([{ head: { kiosk: a.of.kiosk }, held: new Set([0]) }])
  })
})
