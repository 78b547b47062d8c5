/** What kiosks wrote on sticks, at the issuer: by stick and by link it is one request, and its receipts are the same. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readHead, verifyHead } from '../../sync/bundle/bundle-head.ts'
import { bundleStream } from '../../sync/bundle/bundle-stream.ts'
import { composeBundle } from '../../sync/bundle/compose-bundle.ts'
import { openBundle } from '../../sync/bundle/open-bundle.ts'
import { bundlesOn, volumesIn } from '../../sync/bundle/read-stick.ts'
import { writeBundle } from '../../sync/bundle/write-bundle.ts'
import { newKey, syncWorld, type Made, type TestKiosk } from './sync-world.ts'

let world: Awaited<ReturnType<typeof syncWorld>>
let a: TestKiosk
let stick: string
let citizens = 30_000_000_000
const someone = () => ({ cid: String((citizens += 1)) })
beforeAll(async () => {
  world = await syncWorld()
  a = await world.kiosk()
})
afterAll(() => world.close())
beforeEach(() => {
  stick = mkdtempSync(join(tmpdir(), 'stick-'))
  return () => rmSync(stick, { recursive: true, force: true })
})

const idOf = ({ document }: Made) => document._id.slice('request:'.length)
const whole = ['received', 'checking', 'ready']

/** @param put payloads that the kiosk still has */
async function exported(
  of: TestKiosk,
  made: readonly Made[],
  { key = of.key, without = new Set<string>() } = {},
) {
  const blobs = new Map(made.flatMap((one) => one.blobs.map((blob) => [blob.sha256, blob.bytes] as const)))
  const read = async (sha256: string) => (without.has(sha256) ? undefined : blobs.get(sha256))
  const composed = await composeBundle({
    ...{ kind: 'requests', kiosk: of.kiosk, office: of.office, now: Date.now(), sequence: 1 },
    documents: made.map(({ document }) => ({ ...document, _rev: '1-a' })),
    payloads: made.flatMap(({ document }) => document.parts.map(({ sha256, bytes }) => ({ sha256, bytes }))),
    ...{ read, sealTo: of.trust.sealing, signWith: key, random: randomBytes, volumeBytes: 1_500 },
  })
  const head = readHead(composed.head)._unsafeUnwrap()
  const { volume } = bundleStream(composed, read, 1_500)
  expect((await writeBundle({ medium: stick, head, headBytes: composed.head, volume })).isOk()).toBe(true)
  return composed
}

describe('requests', () => {
  test('on a stick come to the same end as by the link, and again without effect', async () => {
    const made = [await world.make(a, someone()), await world.make(a, someone())]
    await exported(a, made)
    const [line] = await world.state.issuer.sticks.importFrom(stick)
    expect(line).toMatchObject({
      ok: true,
      kiosk: a.kiosk,
      documents: 2,
      news: 2,
      payloads: 2,
      missingPayloads: 0,
    })
    for (const one of made) expect(await world.ended(a, idOf(one))).toEqual(whole)
    const [again] = await world.state.issuer.sticks.importFrom(stick)
    expect(again).toMatchObject({ ok: true, documents: 2, news: 0, refused: [] })
    // And by the link afterwards.
    for (const one of made) await world.send(a, one)
    const next = await world.send(a, await world.make(a, someone()))
    await world.ended(a, next)
    for (const one of made) expect(await world.receipts(a, idOf(one))).toHaveLength(3)
  })

  test('of which the link has brought a part are completed by the stick', async () => {
    const made = await world.make(a, someone())
    await world.write(a, [made.document])
    await exported(a, [made])
    const [line] = await world.state.issuer.sticks.importFrom(stick)
    expect(line).toMatchObject({ ok: true, news: 0, refused: [], missingPayloads: 0 })
    expect(await world.ended(a, idOf(made))).toEqual(whole)
  })

  test('on a stick that was pulled out early are taken as far as they are whole; the rest comes later', async () => {
    const made = [await world.make(a, someone()), await world.make(a, { ...someone(), portraitBytes: 4_000 })]
    const { name, head } = await exported(a, made)
    const volumes = readHead(head)._unsafeUnwrap().volumes.length
    expect(volumes).toBeGreaterThan(3)
    rmSync(join(stick, 'IDKIOSK', name, `V${String(volumes).padStart(4, '0')}.BIN`))
    const [line] = await world.state.issuer.sticks.importFrom(stick)
    expect(line).toMatchObject({ ok: true, documents: 2, missingPayloads: 1, missingVolumes: [volumes - 1] })
    const [first, second] = made
    if (!first || !second) throw new Error('two requests')
    expect(await world.ended(a, idOf(first))).toEqual(whole)
    expect(await world.receipts(a, idOf(second))).toMatchObject([{ state: 'received' }])
    await exported(a, made)
    await world.state.issuer.sticks.importFrom(stick)
    expect(await world.ended(a, idOf(second))).toEqual(whole)
  })

  test('without a payload that the kiosk gave back go without it, and wait for nothing that was there before', async () => {
    const made = await world.make(a, someone())
    const [blob] = made.blobs
    if (!blob) throw new Error('a portrait')
    await world.upload(a, blob)
    const composed = await exported(a, [made], { without: new Set([blob.sha256]) })
    expect(composed.left).toEqual([blob.sha256])
    expect(await world.state.issuer.sticks.importFrom(stick)).toMatchObject([{ ok: true, payloads: 0 }])
    expect(await world.ended(a, idOf(made))).toEqual(whole)
  })

  test('under the name of a kiosk by somebody else are refused, and nothing of them is kept', async () => {
    const made = await world.make(a, someone())
    await exported(a, [made], { key: await newKey() })
    expect(await world.state.issuer.sticks.importFrom(stick)).toMatchObject([
      { ok: false, fault: 'signature' },
    ])
    expect(await world.receipts(a, idOf(made))).toEqual([])
  })
})

describe('receipts', () => {
  const receiptsOn = async (of: TestKiosk, key = of.key) => {
    for (const one of await bundlesOn(stick)) {
      if ('fault' in one || one.head.kind !== 'receipts' || one.head.kiosk !== of.kiosk) continue
      expect((await verifyHead(one.headBytes, { issuer: of.trust.signing })).isOk()).toBe(true)
      return openBundle(one.head, key, volumesIn(one.folder, one.head))
    }
    throw new Error('no receipts on the stick')
  }

  test('go back on the stick for whoever wrote on it, the same documents that the link would bring', async () => {
    const made = await world.make(a, someone())
    await exported(a, [made])
    await world.state.issuer.sticks.importFrom(stick)
    await world.ended(a, idOf(made))
    expect(await world.state.issuer.sticks.exportTo(stick)).toMatchObject([{ kiosk: a.kiosk, ok: true }])
    const { documents } = (await receiptsOn(a))._unsafeUnwrap()
    const answer = await fetch(`${world.url()}/store/kiosk-${a.kiosk}-inbox/_all_docs`, {
      headers: { authorization: a.authorization },
    })
    const { rows } = (await answer.json()) as { rows: { id: string; value: { rev: string } }[] }
    const revisions = new Map(documents.map(({ _id, _rev }) => [_id, _rev]))
    // CouchDB keeps its rules among them.
    const said = rows.filter(({ id }) => !id.startsWith('_'))
    expect(revisions).toEqual(new Map(said.map(({ id, value }) => [id, value.rev])))
    expect([...revisions.keys()].filter((id) => id.includes(idOf(made)))).toHaveLength(3)
    // Newer ones take the place of the old.
    await world.state.issuer.sticks.exportTo(stick)
    expect(
      (await bundlesOn(stick)).filter((one) => 'head' in one && one.head.kind === 'receipts'),
    ).toHaveLength(1)
  })

  test('open for nobody else', async () => {
    await world.state.issuer.sticks.exportTo(stick, [a.kiosk])
    expect((await receiptsOn(a, await newKey()))._unsafeUnwrapErr()).toBe('foreign')
    expect(await world.state.issuer.sticks.exportTo(stick, ['kiosk-999'])).toMatchObject([
      { fault: 'unknown' },
    ])
  })
})

describe('the command', () => {
  const run = promisify(execFile)
  const issuer = (...args: string[]) =>
    run(process.execPath, ['sync/issuer/main.ts', ...args, '--data', join(world.folder, 'issuer')])

  test('speaks to the issuer that runs, and to its data where none runs', async () => {
    await exported(a, [await world.make(a, someone())])
    const { stdout } = await issuer('import', stick)
    expect(JSON.parse(stdout)).toMatchObject([{ ok: true, news: 1 }])
    await world.state.issuer.close()
    const alone = await issuer('receipts', stick)
    expect(JSON.parse(alone.stdout)).toMatchObject([{ ok: true, kiosk: a.kiosk }])
    await expect(issuer('import', join(stick, 'nowhere'))).rejects.toMatchObject({ code: 1, stdout: '[]\n' })
    await expect(issuer('eat', stick)).rejects.toMatchObject({ code: 2 })
  })

  test('is for nobody without the token', async () => {
    await world.restart()
    const answer = await world.post('/operator/import', { folder: '/' }, 'Bearer x')
    expect(answer.status).toBe(401)
  })
})
