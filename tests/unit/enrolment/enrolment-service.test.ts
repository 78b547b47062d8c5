import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { err } from 'neverthrow'
import type { Result } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Failure } from '../../../main/api/answer.ts'
import { fingersOf } from '../../../main/enrolment/finger-rules.ts'
import { demoCitizen } from '../../../hardware/simulators/card/demo-citizens.ts'
import { cardFiles } from '../../../hardware/card/layout.ts'
import { forgeCard, personaliseCard } from '../../../hardware/simulators/card/personalise.ts'
import type { RequestId } from '../../../sync/z-facts.ts'
import { allFingers, portrait } from '../../integration/host-world.ts'
import { fill, freshDisk, officer, openDesk, picture, type Desk } from './enrolment-world.ts'

const citizen = demoCitizen.claims
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

async function restart(): Promise<void> {
  await desk.close()
  desk = await openDesk(disk.path)
}

const valueOf = <T>(result: Result<T, Failure>): T => result._unsafeUnwrap()
const codeOf = (result: Result<unknown, Failure>) => (result.isErr() ? result.error.code : 'ok')
const openDraft = async () => valueOf(await desk.service.open(officer)).id

async function ready(): Promise<RequestId> {
  const id = await fill(desk)
  valueOf(await desk.service.consent(id, 'dz'))
  return id
}

describe('a draft', () => {
  test('is on the disk at every change, also what is wrong, and nothing of it in the clear', async () => {
    const id = await openDraft()
    await desk.service.saveFields(id, { fullName: citizen.fullName, cid: '123' })
    await desk.service.goTo(id, 'form')
    await restart()
    const draft = valueOf(await desk.service.get(id))
    expect(draft).toMatchObject({ id, step: 'form', officer: officer.name, fields: { cid: '123' } })
    expect(draft.problems).toContainEqual({ field: 'cid', problem: 'not-a-cid' })
    for (const file of await readdir(join(disk.path, 'drafts'))) {
      expect((await readFile(join(disk.path, 'drafts', file))).includes(citizen.fullName)).toBe(false)
    }
  })

  test('keeps the other fields when one is saved, and takes none that the form does not have', async () => {
    const id = await openDraft()
    await desk.service.saveFields(id, { fullName: 'A', village: 'B' })
    const draft = valueOf(await desk.service.saveFields(id, { village: 'C', admin: 'true' }))
    expect(draft.fields).toEqual({ fullName: 'A', village: 'C' })
  })

  test('is gone once discarded, with its pieces', async () => {
    const id = await fill(desk)
    valueOf(await desk.service.discard(id))
    expect(codeOf(await desk.service.get(id))).toBe('draft.gone')
    expect(codeOf(await desk.service.portrait(id))).toBe('draft.gone')
    expect(codeOf(await desk.service.saveFields(id, { village: 'C' }))).toBe('draft.gone')
    expect(await desk.service.drafts()).toEqual([])
  })

  test('lists the newest first and carries its reason', async () => {
    const one = await openDraft()
    const two = valueOf(await desk.service.open(officer, 'lost')).id
    expect((await desk.service.drafts()).map(({ id, reason }) => [id, reason])).toEqual([
      [two, 'lost'],
      [one, 'new'],
    ])
  })
})

describe('the card', () => {
  const identityOf = (content: Awaited<ReturnType<typeof personaliseCard>>) =>
    content.files.get(cardFiles.identity.id) ?? new Uint8Array()
  const card = () => personaliseCard({ claims: citizen, issuerKey: signingKeys })
  let signingKeys: Parameters<typeof personaliseCard>[0]['issuerKey']
  beforeEach(async () => {
    const { exportJWK, generateKeyPair } = await import('jose')
    signingKeys = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
  })

  test.each(['card.absent', 'card.removed', 'card.mute', 'card.no-reader', 'card.service-down'] as const)(
    '%s reaches the officer, and the draft stays as it was',
    async (fault) => {
      const id = await openDraft()
      desk.reader.now = { fault }
      expect(codeOf(await desk.service.readCard(id, undefined))).toBe(fault)
      expect(valueOf(await desk.service.get(id))).toMatchObject({ card: 'not-read', fields: {} })
    },
  )

  test('signed by somebody else, or changed after signing, fills in nothing', async () => {
    const id = await openDraft()
    for (const content of [await card(), forgeCard(await card())]) {
      desk.reader.now = { file: identityOf(content) }
      expect(codeOf(await desk.service.readCard(id, undefined))).toBe('card.bad-signature')
    }
    expect(valueOf(await desk.service.get(id)).fields).toEqual({})
  })
})

describe('fingers', () => {
  const except = (finger: (typeof fingersOf.left)[number]) => ({ finger, reason: 'injured' as const })
  const slapOf = async (id: RequestId, slap: string) =>
    valueOf(await desk.service.get(id)).slaps.find((one) => one.slap === slap)

  test('three tries of low quality are done with the best; a fourth is refused and not captured', async () => {
    const id = await openDraft()
    let captures = 0
    for (const quality of [10, 30, 20]) {
      desk.capture.now = (options) => ((captures += 1), allFingers(quality)(options))
      await desk.service.captureFingers(id, 'left', [], undefined)
    }
    expect(codeOf(await desk.service.captureFingers(id, 'left', [], undefined))).toBe('finger.tries-used')
    expect(captures).toBe(3)
    await restart()
    expect(await slapOf(id, 'left')).toMatchObject({ tries: 3, done: true })
    expect((await slapOf(id, 'left'))?.fingers.map(({ quality }) => quality)).toEqual([30, 30, 30, 30])
  })

  test('a fault of the scanner costs no try', async () => {
    const id = await openDraft()
    for (const fault of [
      'finger.busy',
      'finger.none-seen',
      'finger.fewer-fingers',
      'finger.wrong-transaction',
    ] as const) {
      desk.capture.now = () => err(fault)
      expect(codeOf(await desk.service.captureFingers(id, 'left', [], undefined))).toBe(fault)
    }
    expect(await slapOf(id, 'left')).toMatchObject({ tries: 0, done: false })
  })

  test('exceptions are told to the scanner and kept with their reason; all four need no scanner', async () => {
    const id = await openDraft()
    const asked: (readonly string[])[] = []
    desk.capture.now = (options) => (asked.push(options.exceptions), allFingers(80)(options))
    await desk.service.captureFingers(id, 'left', [except('Left LittleFinger')], undefined)
    await desk.service.captureFingers(id, 'right', fingersOf.right.map(except), undefined)
    expect(asked).toEqual([['Left LittleFinger']])
    expect(await slapOf(id, 'left')).toMatchObject({ done: true, exceptions: [except('Left LittleFinger')] })
    expect(await slapOf(id, 'right')).toMatchObject({ done: true, tries: 0 })
    const foreign = await desk.service.captureFingers(id, 'left', [except('Right Thumb')], undefined)
    expect(codeOf(foreign)).toBe('kiosk.bad-request')
  })

  test('a second capture while one runs is refused as busy, and the draft can be used meanwhile', async () => {
    const id = await openDraft()
    const held = Promise.withResolvers<undefined>()
    desk.capture.now = async (options) => {
      await held.promise
      return allFingers(80)(options)
    }
    const first = desk.service.captureFingers(id, 'left', [], undefined)
    await expect.poll(() => slapOf(id, 'left')).toBeDefined()
    expect(codeOf(await desk.service.captureFingers(id, 'left', [], undefined))).toBe('finger.busy')
    expect(codeOf(await desk.service.goTo(id, 'fingers'))).toBe('ok')
    held.resolve(undefined)
    expect(codeOf(await first)).toBe('ok')
  })
})

describe('consent', () => {
  test('is taken only when there is everything to consent to, and names what lacks', async () => {
    const id = await openDraft()
    const lacking = async () => {
      const result = await desk.service.consent(id, 'en')
      return result.isErr() ? result.error.detail?.['step'] : 'nothing'
    }
    expect(await lacking()).toBe('card')
    await desk.service.skipCard(id)
    expect(await lacking()).toBe('form')
    await desk.service.saveFields(id, citizen)
    expect(await lacking()).toBe('portrait')
    await desk.service.savePortrait(id, picture)
    expect(await lacking()).toBe('fingers')
    for (const slap of ['left', 'right', 'thumbs'] as const)
      await desk.service.captureFingers(id, slap, [], undefined)
    expect(await lacking()).toBe('nothing')
  })

  test('stands while nothing of what was shown changes, and falls with the first thing that does', async () => {
    const id = await ready()
    await desk.service.goTo(id, 'form')
    expect(valueOf(await desk.service.saveFields(id, citizen)).consent).toBeDefined()
    expect(valueOf(await desk.service.saveFields(id, { village: 'Elsewhere' })).consent).toBeUndefined()
    expect(codeOf(await desk.service.submit(id, officer))).toBe('consent.missing')
    await desk.service.consent(id, 'en')
    expect(valueOf(await desk.service.savePortrait(id, portrait(500, 700))).consent).toBeUndefined()
  })
})
