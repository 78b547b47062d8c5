/**
 * Bad input and bad luck, end to end: a real kiosk process, its real wires to card and scanner, its real socket. Each
 * failure has its code, costs nothing of the draft, and is over when its cause is.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest'
import { startPcscd } from '../../hardware/simulators/card/pcscd.ts'
import type { Draft } from '../../main/api/z-enrolment.ts'
import { createChaosWorld, type ChaosWorld } from '../chaos/chaos-world.ts'
import { citizen, fillDraft } from '../chaos/enrolment.ts'
import { signIn, type KioskProcess } from '../chaos/kiosk-process.ts'
import { valueOf } from '../journey/kiosk-client.ts'
import type { Simulator } from './simulator-process.ts'
import { until } from './host-world.ts'

let world: ChaosWorld
let running: KioskProcess
let draft: Draft
const { id: none } = { id: '01M87QCB9CJZQSXPJ8GGAX97A8' }

beforeAll(async () => {
  world = await createChaosWorld()
  running = await world.start(join(world.folder, 'kiosk'))
  await signIn(running)
  draft = valueOf(await running.kiosk.enrolment.open.mutate())
})
afterAll(async () => {
  await running?.stop()
  await world?.close()
})

const now = async () => valueOf(await running.kiosk.enrolment.get.query({ id: draft.id }))

/** Skips the test, with the reason, where there is no virtual card reader. */
function slot(context: TestContext): Simulator {
  return world.card ?? context.skip('this machine has no virtual card reader (vsmartcard-vpcd)')
}

test('a wrong PIN, a name that nobody has, and work without having signed in', async () => {
  const wrong = { ok: false, code: 'sign-in.wrong-pin', retry: 'now', detail: { triesLeft: 4 } }
  expect(await running.kiosk.session.signIn.mutate({ name: 'Karma Wangdi', pin: '1' })).toEqual(wrong)
  expect(await running.kiosk.session.signIn.mutate({ name: 'Nobody', pin: '1' })).toEqual(wrong)
  const other = await running.open()
  await expect(other.kiosk.enrolment.open.mutate()).rejects.toMatchObject({ data: { code: 'UNAUTHORIZED' } })
  other.close()
})

describe('a card', () => {
  test.for<[string, object, string, string]>([
    ['pulled out in the middle', { card: 'genuine', pullAfterApdus: 4 }, 'card.removed', 'now'],
    ['with a broken signature', { card: 'broken-signature' }, 'card.bad-signature', 'no'],
    ['that never answers', { card: 'mute' }, 'card.mute', 'now'],
    ['of something else', { card: 'blank' }, 'card.unreadable', 'now'],
  ])('%s', async ([, card, code, retry], context) => {
    await slot(context).post('/insert', card)
    const { id } = draft
    expect(await running.kiosk.enrolment.readCard.mutate({ id })).toEqual({ ok: false, code, retry })
    expect(await running.kiosk.citizen.end.mutate()).toMatchObject({ ok: true })
    expect(await now()).toEqual(draft)
  })

  test('is read at once when a good one lies there', async (context) => {
    await slot(context).post('/insert', { card: 'genuine' })
    const { id } = draft
    const read = await until('The card being read', async () => {
      const answer = await running.kiosk.enrolment.readCard.mutate({ id })
      return answer.ok ? answer.value : undefined
    })
    expect(read).toMatchObject({ card: 'verified', fields: citizen })
    draft = read
  })

  test('without a reader, and without the service of readers', async (context) => {
    slot(context)
    const daemon = await startPcscd({ readers: [] })
    const data = join(world.folder, 'no-reader')
    const kiosk = await world.start(data, { PCSCLITE_CSOCK_NAME: daemon.socket })
    try {
      await signIn(kiosk)
      const { id } = valueOf(await kiosk.kiosk.enrolment.open.mutate())
      const read = () => kiosk.kiosk.enrolment.readCard.mutate({ id })
      expect(await read()).toMatchObject({ code: 'card.no-reader', retry: 'now' })
      await daemon.close()
      await until('The service being missed', async () => {
        const answer = await read()
        return !answer.ok && answer.code === 'card.service-down' ? answer : undefined
      })
    } finally {
      await kiosk.stop()
      await daemon.close()
    }
  })
})

describe('Stop, by whoever waits', () => {
  const cancelled = { ok: false, code: 'device.cancelled', retry: 'now' }

  test('for a card: the host lets go, the citizen too, and the next card is read at once', async (context) => {
    await slot(context).post('/remove')
    const { id } = draft
    const [staff, visit] = [new AbortController(), new AbortController()]
    const window = await running.open()
    // Twice, so that nothing is left behind that the second would stumble over.
    for (const round of [1, 2]) {
      const stop = round === 1 ? staff : new AbortController()
      const waiting = running.kiosk.enrolment.readCard.mutate({ id }, { signal: stop.signal })
      setTimeout(() => stop.abort(), 700)
      expect(await waiting).toEqual(cancelled)
    }
    const watching = window.kiosk.citizen.showCard.mutate(undefined, { signal: visit.signal })
    setTimeout(() => visit.abort(), 300)
    expect(await watching).toEqual(cancelled)
    window.close()
    const next = running.kiosk.enrolment.readCard.mutate({ id })
    await slot(context).post('/insert', { card: 'genuine' })
    draft = valueOf(await next)
    expect(draft.card).toBe('verified')
  })

  test('for a finger: the try costs nothing, and the scanner captures at once', async () => {
    await world.sbi.post('/finger', { present: false })
    const stop = new AbortController()
    const ask = { id: draft.id, slap: 'thumbs' as const, exceptions: [] }
    const waiting = running.kiosk.enrolment.captureFingers.mutate(ask, { signal: stop.signal })
    setTimeout(() => stop.abort(), 700)
    expect(await waiting).toEqual(cancelled)
    await world.sbi.post('/finger', { present: true })
    draft = valueOf(await running.kiosk.enrolment.captureFingers.mutate(ask))
    expect(draft.slaps.find(({ slap }) => slap === 'thumbs')).toMatchObject({ tries: 1 })
  })
})

describe('the fingerprint scanner', () => {
  const capture = () =>
    running.kiosk.enrolment.captureFingers.mutate({ id: draft.id, slap: 'left', exceptions: [] })

  test.each([
    ['is busy', 'busy', 'finger.busy'],
    ['answers to another transaction id', 'wrong-transaction', 'finger.wrong-transaction'],
    ['signs wrongly', 'bad-signature', 'finger.bad-signature'],
    ['gives fewer fingers than asked', 'fewer-fingers', 'finger.fewer-fingers'],
    ['stops in the middle of its answer', 'close-mid-body', 'finger.bad-answer'],
  ])('%s', async (_, fault, code) => {
    await world.sbi.post('/fault', { fault })
    expect(await capture()).toMatchObject({ ok: false, code, retry: 'now' })
    expect(await now()).toEqual({ ...draft, changed: expect.any(String) })
    await world.sbi.post('/fault', { fault: null })
  })

  test('is gone, and is found again', async () => {
    await world.sbi.post('/service', { up: false })
    expect(await capture()).toMatchObject({ ok: false, code: 'finger.no-device' })
    expect(await now()).toEqual({ ...draft, changed: expect.any(String) })
    await world.sbi.post('/service', { up: true })
    draft = await until('The scanner capturing again', async () => {
      const answer = await capture()
      return answer.ok ? answer.value : undefined
    })
    expect(draft.slaps[0]).toMatchObject({ slap: 'left', tries: 1, done: true })
  })
})

describe('the camera', () => {
  const camera = async () =>
    (await running.kiosk.status.now.query()).devices.find(({ kind }) => kind === 'camera')

  test('is what the page says of it, whoever stands there, and nothing else is', async () => {
    expect(await camera()).toEqual({ kind: 'camera', id: 'camera', state: 'starting' })
    const page = await running.open()
    for (const report of [
      { state: 'absent', cause: 'camera.absent' },
      { state: 'needs-attention', name: 'Camera', cause: 'camera.refused' },
      { state: 'ready', name: 'Integrated Camera' },
    ] as const) {
      await page.kiosk.devices.reportCamera.mutate(report)
      expect(await camera()).toMatchObject({ kind: 'camera', ...report })
    }
    page.close()
  })
})

test.each([
  ['something else', '4006381333931', 'qr.not-ours'],
  ['3 kB of noise', Buffer.alloc(2_250, 'noise \u0000\u00ff').toString('base64'), 'qr.too-long'],
  ['a link', 'https://example.org/btkiosk:slip:1', 'qr.link'],
  ['a slip with a wrong check', `btkiosk:slip:1:${none}:00000000`, 'qr.not-ours'],
])('a code of %s', async (_, text, code) => {
  expect(await running.kiosk.citizen.identifyBySlip.mutate({ text })).toMatchObject({ ok: false, code })
  const { id } = valueOf(await running.kiosk.citizen.requestPresentation.mutate({ purpose: 'identify' }))
  expect(await running.kiosk.citizen.verifyPresentation.mutate({ id, answer: text })).toMatchObject({
    ok: false,
    code: 'presentation.unreadable',
  })
})

test('a CID of ten digits and the 31st of February are kept as typed, and are not submitted', async () => {
  const good = await fillDraft(running.kiosk, '10702001936')
  const { id } = good
  const fields = { cid: '1070200193', dateOfBirth: '1991-02-31' }
  const bad = valueOf(await running.kiosk.enrolment.saveFields.mutate({ id, fields }))
  expect(bad.fields).toMatchObject(fields)
  expect(bad.problems).toEqual([
    { field: 'dateOfBirth', problem: 'not-a-date' },
    { field: 'cid', problem: 'not-a-cid' },
  ])
  const incomplete = { ok: false, code: 'draft.incomplete', detail: { step: 'form' } }
  expect(await running.kiosk.enrolment.consent.mutate({ id, language: 'en' })).toMatchObject(incomplete)
  expect(await running.kiosk.enrolment.submit.mutate({ id })).toMatchObject(incomplete)
})

test('the same request twice, at once and afterwards, is one request', async () => {
  const { id } = await fillDraft(running.kiosk, '10702001937')
  const order = () => running.kiosk.enrolment.submit.mutate({ id })
  const [slip, ...others] = (await Promise.all([order(), order(), order()])).map(valueOf)
  expect(others).toEqual([slip, slip])
  expect(valueOf(await order())).toEqual(slip)
  expect((await running.kiosk.requests.list.query()).filter((row) => row.id === id)).toHaveLength(1)
})
