/** The host beside a real issuer: commissioning, enrolment, queue, issue, collection, all through its services. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCaller } from '../../main/api/router.ts'
import type { Host } from '../../main/host.ts'
import type { Session } from '../../main/api/session.ts'
import { startIssuer, type RunningIssuer } from '../../sync/issuer/start-issuer.ts'
import {
  citizen,
  freshFolder,
  kioskDevices,
  portrait,
  signedCard,
  startKiosk,
  until,
  type CardOnReader,
} from './host-world.ts'

const reader: CardOnReader = { now: { fault: 'card.absent' } }
const picture = portrait()
let folder: Awaited<ReturnType<typeof freshFolder>>
let issuer: RunningIssuer
let host: Host
let code: string
let cut = false
const session: Session = { id: 'window-1', staff: undefined }
const kiosk = () => createCaller({ session, services: host.services })

/** The link of the kiosk, which a test cuts. */
const fetchOverLink: typeof fetch = (input, init) =>
  cut ? Promise.reject(new TypeError('the link is cut')) : fetch(input, init)

const start = (options: { issuerUrl?: string } = {}) =>
  startKiosk(
    {
      dataDir: join(folder.path, 'kiosk'),
      commission: { issuerUrl: options.issuerUrl ?? issuer.url, code },
    },
    { devices: kioskDevices(reader), fetch: fetchOverLink },
  )

function valueOf<T>(answer: { ok: true; value: T } | { ok: false; code: string; detail?: unknown }): T {
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.detail ?? {})}`)
  return answer.value
}

beforeAll(async () => {
  folder = await freshFolder()
  issuer = await startIssuer({ dataDir: join(folder.path, 'issuer'), port: 0, demo: true })
  code = issuer.commissioningCode('Paro Dzongkhag')
  reader.now = await signedCard(join(folder.path, 'issuer', 'keys', 'signing.jwk.json'))
})
afterAll(async () => {
  await host?.close()
  await issuer?.close()
  await folder.done()
})

describe('a kiosk and its issuer', () => {
  test('starts without a link and without having been commissioned, and says so', async () => {
    cut = true
    host = await start()
    expect(host.services.kiosk).toMatchObject({ id: '', keyCustody: 'file' })
    expect(await kiosk().session.names()).toEqual([])
    expect((await host.services.enrolment.form())._unsafeUnwrapErr().code).toBe('kiosk.not-commissioned')
    const identified = await kiosk().citizen.identifyByCard()
    expect(identified).toMatchObject({ ok: false, code: 'kiosk.not-commissioned' })
    const asked = await kiosk().citizen.requestPresentation({ purpose: 'identify' })
    expect(asked).toMatchObject({ ok: false, code: 'kiosk.not-commissioned' })
  })

  test('commissions itself when the link comes, and the masters follow', async () => {
    cut = false
    const names = await until('The staff list arriving', async () => {
      const found = await kiosk().session.names()
      return found.length > 0 ? found : undefined
    })
    expect(names).toContain('Pema Dorji')
    expect(host.services.kiosk).toMatchObject({ office: 'Paro Dzongkhag' })
  })

  test('keeps all of it across a restart, without the code', async () => {
    const before = host.services.kiosk.id
    await host.close()
    code = 'used-up'
    host = await start()
    expect(host.services.kiosk.id).toBe(before)
    expect(await kiosk().session.names()).toContain('Pema Dorji')
  })

  test('enrols while the issuer is away: saved, queued, and found by number, name and slip', async () => {
    cut = true
    valueOf(await kiosk().session.signIn({ name: 'Pema Dorji', pin: '246810' }))
    const { id } = valueOf(await kiosk().enrolment.open())
    const read = valueOf(await kiosk().enrolment.readCard({ id }))
    expect(read).toMatchObject({ card: 'verified', fields: citizen, problems: [], officer: 'Pema Dorji' })
    expect(await kiosk().enrolment.submit({ id })).toMatchObject({
      code: 'draft.incomplete',
      detail: { step: 'portrait' },
    })
    valueOf(await kiosk().enrolment.savePortrait({ id, jpeg: picture.toString('base64') }))
    for (const slap of ['left', 'right', 'thumbs'] as const) {
      valueOf(await kiosk().enrolment.captureFingers({ id, slap, exceptions: [] }))
    }
    expect(await kiosk().enrolment.submit({ id })).toMatchObject({ code: 'consent.missing' })
    valueOf(await kiosk().enrolment.consent({ id, language: 'dz' }))
    const slips = await Promise.all([kiosk().enrolment.submit({ id }), kiosk().enrolment.submit({ id })])
    const slip = valueOf(slips[0])
    expect(valueOf(slips[1])).toEqual(slip)
    expect(slip).toMatchObject({ request: id, officer: 'Pema Dorji', office: 'Paro Dzongkhag' })
    expect(valueOf(await kiosk().enrolment.submit({ id }))).toEqual(slip)
    expect(await kiosk().enrolment.drafts()).toEqual([])
    expect(await kiosk().enrolment.get({ id })).toMatchObject({ ok: false, code: 'draft.gone' })
    const { queue } = await kiosk().status.now()
    expect(queue).toMatchObject({ waiting: 1, oldest: slip.created })
    expect(queue.bytesToGo).toBeGreaterThan(picture.length)
    for (const query of [
      citizen.cid,
      citizen.fullName.toUpperCase(),
      slip.qr,
      id,
      id.slice(-5).toLowerCase(),
    ]) {
      expect(await kiosk().requests.find({ query }), query).toMatchObject([{ id, state: 'queued' }])
    }
    expect(await kiosk().requests.find({ query: 'Dechen' })).toEqual([])
    expect(valueOf(await kiosk().requests.slip({ id }))).toEqual(slip)
  })

  test('tells the citizen what it knows while the issuer is away, and that there is no offer yet', async () => {
    const byCard = valueOf(await kiosk().citizen.identifyByCard())
    expect(byCard.request).toMatchObject({ state: 'queued' })
    expect(await kiosk().citizen.offer({ handle: byCard.handle })).toMatchObject({
      code: 'link.down',
      retry: 'later',
    })
  })

  test('syncs by itself when the link is back, and the issuer says ready', async () => {
    cut = false
    const [row] = await kiosk().requests.list()
    const ready = await until('The issuer saying ready', async () => {
      const detail = valueOf(await kiosk().requests.detail({ id: row?.id ?? '' }))
      return detail.state === 'ready' ? detail : undefined
    })
    expect(ready.timeline.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['queued', 'received', 'ready']),
    )
    expect((await kiosk().status.now()).queue.waiting).toBe(0)
  })

  test('hands the citizen an offer, by card and by slip, in this window only', async () => {
    const byCard = valueOf(await kiosk().citizen.identifyByCard())
    const offer = valueOf(await kiosk().citizen.offer({ handle: byCard.handle }))
    expect(offer.uri).toMatch(/^openid-credential-offer:\/\//)
    expect(valueOf(await kiosk().citizen.offerState({ offer: offer.offer }))).toEqual({ state: 'waiting' })
    const other = createCaller({ session: { id: 'window-2', staff: undefined }, services: host.services })
    expect(await other.citizen.offer({ handle: byCard.handle })).toMatchObject({ code: 'request.unknown' })
    expect(valueOf(await other.citizen.offerState({ offer: offer.offer }))).toEqual({ state: 'unknown' })
    const [row] = await kiosk().requests.list()
    const slip = valueOf(await kiosk().requests.slip({ id: row?.id ?? '' }))
    const bySlip = valueOf(await kiosk().citizen.identifyBySlip({ text: slip.qr }))
    expect(bySlip).toMatchObject({ by: 'slip', request: { id: row?.id, state: 'ready' } })
    await kiosk().citizen.end()
    expect(await kiosk().citizen.offer({ handle: bySlip.handle })).toMatchObject({ code: 'request.unknown' })
  })

  test('kept nothing of the citizen in the clear, and an audit log that is whole', async () => {
    const secrets: Buffer[] = [citizen.fullName, citizen.fullNameDzongkha, citizen.cid].map((text) =>
      Buffer.from(text),
    )
    secrets.push(
      picture.subarray(400, 440),
      Buffer.from(picture.subarray(400, 460).toString('base64').slice(4, -4)),
    )
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(files.length).toBeGreaterThan(10)
    const found = files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => secrets.some((secret) => readFileSync(file).includes(secret)))
    expect(found).toEqual([])
  })
})
