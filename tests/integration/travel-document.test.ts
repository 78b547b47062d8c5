/** Passports and identity cards on the real way: driver process, libpcsclite, pcscd, vpcd, and a chip behind it. */
import { decode } from 'jpeg-js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { portraitJpeg } from '../../hardware/card/travel-document/portrait-jpeg.ts'
import type { TravelDocumentProgress } from '../../hardware/ports.ts'
import { becomes, createCardWorld, holdsCard, isEmpty } from './card-world.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const { issuerKeyFile, trusted, openReader } = await createCardWorld()
const zDocuments = z.object({ csca: z.string(), passport: z.string(), idCard: z.string(), can: z.string() })

let simulator: Simulator
let socket: string
let csca: Uint8Array[]
let passport: { mrz: string }
let can: string
let idCard: { mrz: string }

beforeAll(async () => {
  simulator = await startSimulator('card', ['--issuer-key', issuerKeyFile, '--pcscd'])
  socket = z.string().parse(simulator.ready['pcscSocket'])
  const told = zDocuments.parse(await (await fetch(`${simulator.url}/travel-documents`)).json())
  csca = [Buffer.from(told.csca, 'base64')]
  passport = { mrz: told.passport }
  idCard = { mrz: told.idCard }
  can = told.can
})
afterEach(() => simulator.post('/remove'))
afterAll(() => simulator.stop())

const insert = (card: string, trouble: { pullAfterApdus?: number; silentAfterApdus?: number } = {}) =>
  simulator.post('/insert', { card, ...trouble })
const apdus = async () =>
  z.object({ apdus: z.number() }).parse(await (await fetch(`${simulator.url}/state`)).json()).apdus

describe('a genuine document', () => {
  it.each([
    ['passport-pace', 'pace', 'authenticated'],
    ['passport-brainpool', 'pace', 'authenticated'],
    ['passport-bac', 'bac', 'not-offered'],
  ])('%s is opened by %s, chip %s', async (card, access, chip) => {
    await insert(card)
    const steps: TravelDocumentProgress[] = []
    const reader = openReader({ socket })
    const read = await reader.readTravelDocument({
      key: passport,
      trusted: csca,
      waitMs: 5_000,
      onProgress: (step) => steps.push(step),
    })
    const document = read._unsafeUnwrap()
    expect(document.mrz).toMatchObject({
      format: 'TD3',
      surname: 'WANGMO',
      givenNames: 'DECHEN',
      documentNumber: 'G0417732',
      issuingState: 'BTN',
      dateOfBirth: '910417',
      sex: 'female',
    })
    expect(document.checks).toMatchObject({ access, chip, passive: { country: 'BT' } })
    expect(document.portrait?.format).toBe('jpeg')
    const picture = decode(document.portrait?.bytes ?? new Uint8Array())
    expect([picture.width, picture.height]).toEqual([360, 480])
    expect(steps.map(({ step }) => step).filter((step, at, all) => step !== all[at - 1])).toEqual([
      'opening',
      'checking',
      'reading',
    ])
    const last = steps.at(-1)
    expect(last?.step === 'reading' && last.done === last.of && last.of > 12_000).toBe(true)
  })

  it('is an identity card too, opened by its card access number or by its zone', async () => {
    await insert('id-card')
    const reader = openReader({ socket })
    const byCan = await reader.readTravelDocument({ key: { can }, trusted: csca, waitMs: 5_000 })
    expect(byCan._unsafeUnwrap().mrz).toMatchObject({ format: 'TD1', surname: 'WANGMO' })
    const byZone = await reader.readTravelDocument({ key: idCard, trusted: csca, waitMs: 5_000 })
    expect(byZone._unsafeUnwrap().checks).toMatchObject({ access: 'pace', chip: 'authenticated' })
  })

  it('has its face in JPEG 2000, as most have', async () => {
    await insert('passport-jpeg2000')
    const read = await openReader({ socket }).readTravelDocument({
      ...{ key: passport, trusted: csca, waitMs: 5_000 },
    })
    const face = read._unsafeUnwrap().portrait
    expect(face?.format).toBe('jpeg2000')
    const picture = decode((face && (await portraitJpeg(face))) ?? new Uint8Array())
    expect([picture.width, picture.height]).toEqual([360, 480])
  })

  it('is read in short pieces where extended lengths do not get through, from the beginning again', async () => {
    await insert('passport-short-only')
    const read = await openReader({ socket }).readTravelDocument({
      key: passport,
      trusted: csca,
      waitMs: 5_000,
    })
    expect(read._unsafeUnwrap().portrait?.bytes.length).toBeGreaterThan(12_000)
    // More than 15 kB in pieces of 223.
    expect(await apdus()).toBeGreaterThan(90)
  })

  it('is opened by the three items alone', async () => {
    await insert('passport-pace')
    const key = { documentNumber: 'g0417732', dateOfBirth: '910417', dateOfExpiry: '331130' }
    const read = await openReader({ socket }).readTravelDocument({ key, trusted: csca, waitMs: 5_000 })
    expect(read.isOk()).toBe(true)
  })
})

describe('a document that must not be believed', () => {
  it.each([
    ['passport-wrong-signature', 'travel-document.bad-signature'],
    ['passport-tampered', 'travel-document.bad-signature'],
    ['passport-other-face', 'travel-document.bad-signature'],
    ['passport-cloned', 'travel-document.cloned'],
    ['passport-pace-left-out', 'travel-document.bad-signature'],
    ['passport-unknown-issuer', 'travel-document.issuer-unknown'],
    ['passport-expired-signer', 'travel-document.signer-expired'],
  ])('%s: %s', async (card, error) => {
    await insert(card)
    const read = await openReader({ socket }).readTravelDocument({
      key: passport,
      trusted: csca,
      waitMs: 5_000,
    })
    expect(read).toMatchObject({ error })
  })

  it('is any, where no country is trusted', async () => {
    await insert('passport-pace')
    const read = await openReader({ socket }).readTravelDocument({
      key: passport,
      trusted: [],
      waitMs: 5_000,
    })
    expect(read).toMatchObject({ error: 'travel-document.issuer-unknown' })
  })
})

describe('the key', () => {
  const wrong = { documentNumber: 'G0417733', dateOfBirth: '910417', dateOfExpiry: '331130' }

  it.each(['passport-pace', 'passport-bac'])('that is wrong for %s is tried once', async (card) => {
    await insert(card)
    const reader = openReader({ socket })
    const read = await reader.readTravelDocument({ key: wrong, trusted: csca, waitMs: 5_000 })
    expect(read).toMatchObject({ error: 'travel-document.wrong-key' })
    // Master file, file of access, its two pieces, five of PACE; or master file, no such file, application, two of BAC.
    expect(await apdus()).toBe(card === 'passport-pace' ? 9 : 5)
    const right = await reader.readTravelDocument({ key: passport, trusted: csca, waitMs: 5_000 })
    expect(right.isOk()).toBe(true)
  })

  it('that cannot be one is not tried at all', async () => {
    await insert('passport-pace')
    const reader = openReader({ socket })
    await becomes(reader, holdsCard)
    for (const key of [{ can: '12345' }, { mrz: passport.mrz.replace('G0417732', 'G0417733') }]) {
      const read = await reader.readTravelDocument({ key, trusted: csca, waitMs: 0 })
      expect(read).toMatchObject({ error: 'travel-document.wrong-key' })
    }
    expect(await apdus()).toBe(0)
  })

  it('of a card access number does not open a chip that has BAC only', async () => {
    await insert('passport-bac')
    const read = await openReader({ socket }).readTravelDocument({
      key: { can },
      trusted: csca,
      waitMs: 5_000,
    })
    expect(read).toMatchObject({ error: 'travel-document.mrz-needed' })
  })
})

describe('what lies on the reader', () => {
  it.each([
    ['genuine', 'office-card'],
    ['passport-pace', 'travel-document'],
    ['passport-bac', 'travel-document'],
    ['id-card', 'travel-document'],
    ['blank', 'unknown'],
  ])('%s is recognised as %s', async (card, kind) => {
    await insert(card)
    expect(await openReader({ socket }).recognise({ waitMs: 5_000 })).toMatchObject({ value: kind })
  })

  it('is told to whoever takes one for the other', async () => {
    await insert('passport-pace')
    const reader = openReader({ socket })
    expect(await reader.readIdentity({ trusted, waitMs: 5_000 })).toMatchObject({
      error: 'card.travel-document',
    })
    await insert('genuine')
    expect(await reader.readTravelDocument({ key: passport, trusted: csca, waitMs: 5_000 })).toMatchObject({
      error: 'travel-document.not-one',
    })
  })

  it('is nothing, and nobody waits', async () => {
    const reader = openReader({ socket })
    await becomes(reader, isEmpty)
    const read = await reader.readTravelDocument({ key: passport, trusted: csca, waitMs: 0 })
    expect(read).toMatchObject({ error: 'card.absent' })
  })
})

describe('trouble on the way', () => {
  it.each([0, 3, 6, 9, 14, 20, 26])(
    'card.removed when it is pulled out after %i commands',
    async (pullAfterApdus) => {
      await insert('passport-pace', { pullAfterApdus })
      const read = await openReader({ socket }).readTravelDocument({
        key: passport,
        trusted: csca,
        waitMs: 5_000,
      })
      expect(read).toMatchObject({ error: 'card.removed' })
    },
  )

  it('card.mute when it falls silent in the middle, and the next read works', async () => {
    await insert('passport-pace', { silentAfterApdus: 18 })
    const reader = openReader({ socket, deadlineMs: 800 })
    const read = await reader.readTravelDocument({ key: passport, trusted: csca, waitMs: 5_000 })
    expect(read).toMatchObject({ error: 'card.mute' })
    await insert('passport-pace')
    const again = await reader.readTravelDocument({ key: passport, trusted: csca, waitMs: 8_000 })
    expect(again.isOk()).toBe(true)
  })

  it('device.cancelled at once when the officer no longer waits', async () => {
    await insert('passport-pace', { silentAfterApdus: 12 })
    const reader = openReader({ socket })
    await becomes(reader, holdsCard)
    const signal = AbortSignal.timeout(300)
    const read = await reader.readTravelDocument({ key: passport, trusted: csca, waitMs: 0, signal })
    expect(read).toMatchObject({ error: 'device.cancelled' })
  })
})
