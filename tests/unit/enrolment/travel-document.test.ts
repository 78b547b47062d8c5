/** The card step with a passport: what it fills in, what is kept of it, and what is not. */
import { createHash } from 'node:crypto'
import { decode } from 'jpeg-js'
import type { Result } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseMrz } from '../../../hardware/card/travel-document/mrz.ts'
import type { TravelDocument } from '../../../hardware/ports.ts'
import { drawFace } from '../../../hardware/simulators/camera/face.ts'
import { toJpeg2000 } from '../../../hardware/simulators/card/travel-document/jpeg2000.ts'
import { traveller } from '../../../hardware/simulators/card/travel-document/documents.ts'
import { passportZone } from '../../../hardware/simulators/card/travel-document/groups.ts'
import type { Failure } from '../../../main/api/answer.ts'
import { travelDocumentFields } from '../../../main/enrolment/travel-document-fields.ts'
import { openPacket } from '../../../sync/packet.ts'
import { zPacket } from '../../../sync/z-packet.ts'
import { fill, freshDisk, issuerKeys, officer, openDesk, type Desk } from './enrolment-world.ts'

let disk: Awaited<ReturnType<typeof freshDisk>>
let desk: Desk
beforeEach(async () => {
  disk = await freshDisk()
  desk = await openDesk(disk.path)
})
afterEach(async () => {
  await desk.close()
  await disk.done()
})

const valueOf = <T>(result: Result<T, Failure>): T => result._unsafeUnwrap()
const mrz = parseMrz(passportZone(traveller))._unsafeUnwrap()
const key = { mrz: passportZone(traveller) }
const document: TravelDocument = {
  mrz,
  evidence: {
    securityObject: Uint8Array.of(0x77, 1),
    group1: Uint8Array.of(0x61, 2),
    group2: Uint8Array.of(0x75, 3),
  },
  checks: {
    access: 'pace',
    chip: 'authenticated',
    passive: { country: 'BT', signerValidUntil: '2036-01-01T00:00:00Z' },
  },
}

describe('a passport on the reader', () => {
  test('fills in what its zone says, over what was there, and marks where it comes from', async () => {
    const { id } = valueOf(await desk.service.open(officer))
    await desk.service.saveFields(id, { fullName: 'Typed', village: 'Bonday' })
    desk.reader.now = { document }
    const draft = valueOf(await desk.service.readTravelDocument(id, key, { signal: undefined }))
    expect(draft.card).toBe('travel-document')
    expect(draft.fields).toEqual({
      fullName: 'Dechen Wangmo',
      dateOfBirth: '1991-04-17',
      gender: 'female',
      citizenship: 'BT',
      village: 'Bonday',
    })
    expect(await desk.store.get(id)).toMatchObject({
      card: { chip: 'authenticated', securityObject: 'dwE', group1: 'YQI' },
    })
  })

  test.each(['travel-document.wrong-key', 'travel-document.cloned', 'card.removed'] as const)(
    '%s reaches the officer, and the draft stays as it was',
    async (fault) => {
      const { id } = valueOf(await desk.service.open(officer))
      desk.reader.now = { fault }
      const read = await desk.service.readTravelDocument(id, key, { signal: undefined })
      expect(read).toMatchObject({ error: { code: fault } })
      expect(valueOf(await desk.service.get(id))).toMatchObject({ card: 'not-read', fields: {} })
    },
  )

  test('reaches the issuer with what it needs to check it again', async () => {
    const id = await fill(desk)
    desk.reader.now = { document }
    valueOf(await desk.service.readTravelDocument(id, key, { signal: undefined }))
    valueOf(await desk.service.consent(id, 'en'))
    valueOf(await desk.service.submit(id, officer))
    const saved = await desk.outbox.get(id)
    const packet = zPacket.parse((await openPacket(saved?.sealed ?? '', issuerKeys.sealing))._unsafeUnwrap())
    expect(packet.card).toBeUndefined()
    expect(packet.travelDocument).toMatchObject({
      securityObject: 'dwE',
      group1: 'YQI',
      chip: 'authenticated',
    })
    expect(packet.claims).toMatchObject({ fullName: 'Dechen Wangmo', dateOfBirth: '1991-04-17' })
  })

  test('shows its face as JPEG, also one in JPEG 2000, and sends it with the file that proves it', async () => {
    const id = await fill(desk)
    const bytes = await toJpeg2000(drawFace(60, 80, 7))
    desk.reader.now = { document: { ...document, portrait: { format: 'jpeg2000', bytes } } }
    const steps: string[] = []
    const onStep = ({ step }: { step: string }) => void steps.push(step)
    const draft = valueOf(await desk.service.readTravelDocument(id, key, { signal: undefined, onStep }))
    expect(steps).toEqual(['waiting', 'opening'])
    expect(draft.travelDocument).toEqual({
      ...{ access: 'pace', chip: 'authenticated', country: 'BT', hasPortrait: true },
      fields: ['fullName', 'dateOfBirth', 'gender', 'citizenship'],
    })
    const shown = valueOf(await desk.service.documentPortrait(id))
    expect(decode(Buffer.from(shown.jpeg, 'base64'))).toMatchObject({ width: 60, height: 80 })
    valueOf(await desk.service.consent(id, 'en'))
    valueOf(await desk.service.submit(id, officer))
    const saved = await desk.outbox.get(id)
    expect(saved?.parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['document-portrait', 'document-group2']),
    )
    const packet = zPacket.parse((await openPacket(saved?.sealed ?? '', issuerKeys.sealing))._unsafeUnwrap())
    expect(packet.travelDocument).toMatchObject({ portrait: 'document-portrait', group2: 'document-group2' })
    expect(packet.partKeys.find(({ name }) => name === 'document-group2')?.plainSha256).toBe(
      createHash('sha256').update(document.evidence.group2).digest('hex'),
    )
  })

  test('whose face cannot be decoded is read all the same, without it', async () => {
    const { id } = valueOf(await desk.service.open(officer))
    const bytes = (await toJpeg2000(drawFace(60, 80, 7))).subarray(0, 300)
    desk.reader.now = { document: { ...document, portrait: { format: 'jpeg2000', bytes } } }
    const draft = valueOf(await desk.service.readTravelDocument(id, key, { signal: undefined }))
    expect(draft.travelDocument).toMatchObject({ hasPortrait: false })
    expect(await desk.service.documentPortrait(id)).toMatchObject({ error: { code: 'draft.incomplete' } })
  })

  test('leaves nothing of its face when the officer goes on without it, and a corrected field is no longer its own', async () => {
    const { id } = valueOf(await desk.service.open(officer))
    const bytes = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)
    desk.reader.now = { document: { ...document, portrait: { format: 'jpeg', bytes } } }
    valueOf(await desk.service.readTravelDocument(id, key, { signal: undefined }))
    const stored = await desk.store.get(id)
    const kept = stored?.card.state === 'travel-document' ? stored.card.portrait : undefined
    expect(await desk.store.piece(id, `document:${kept}`)).toBeDefined()
    const corrected = valueOf(await desk.service.saveFields(id, { fullName: 'Dechen Wangmo Dorji' }))
    expect(corrected.travelDocument?.fields).toEqual(['dateOfBirth', 'gender', 'citizenship'])
    valueOf(await desk.service.skipCard(id))
    expect(await desk.store.piece(id, `document:${kept}`)).toBeUndefined()
    expect(valueOf(await desk.service.get(id)).travelDocument).toBeUndefined()
  })

  test('is told when it was read as an office card', async () => {
    const { id } = valueOf(await desk.service.open(officer))
    desk.reader.now = { document }
    expect(await desk.service.readCard(id, undefined)).toMatchObject({
      error: { code: 'card.travel-document' },
    })
  })
})

describe('the century of a birth', () => {
  test.each([
    ['910417', '1991-04-17'],
    ['260601', '2026-06-01'],
    ['260602', '1926-06-02'],
    ['0104<<', undefined],
    ['<<<<<<', undefined],
  ])('%s is %s', (dateOfBirth, expected) => {
    expect(travelDocumentFields({ ...mrz, dateOfBirth }, '2026-06-01')['dateOfBirth']).toBe(expected)
  })

  test('and a sex that is not said, and another nationality', () => {
    const fields = travelDocumentFields(
      { ...mrz, sex: 'unspecified', nationality: 'IND', givenNames: '' },
      '2026-06-01',
    )
    expect(fields).toEqual({ fullName: 'Wangmo', dateOfBirth: '1991-04-17', citizenship: 'other' })
  })
})
