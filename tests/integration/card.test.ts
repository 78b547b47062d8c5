/** The card reader on the real way: driver process, libpcsclite, pcscd, vpcd, and a card behind it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { demoCitizen, otherCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { demoFinger } from '../../hardware/simulators/card/demo-finger.ts'
import { becomes, createCardWorld, holdsCard, isEmpty } from './card-world.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const { issuerKeyFile, trusted, openReader } = await createCardWorld()

describe('with the card simulator', () => {
  let simulator: Simulator
  let socket: string

  beforeAll(async () => {
    simulator = await startSimulator('card', ['--issuer-key', issuerKeyFile, '--pcscd'])
    socket = z.string().parse(simulator.ready.pcscSocket)
  })
  afterEach(() => simulator.post('/remove'))
  afterAll(() => simulator.stop())

  const insert = (card: string, pullAfterApdus?: number) =>
    simulator.post('/insert', { card, pullAfterApdus })

  it('reads a genuine card: claims, portrait and the signed file', async () => {
    const reader = openReader({ socket })
    await insert('genuine')
    const identity = (await reader.readIdentity({ trusted, waitMs: 5_000 }))._unsafeUnwrap()
    expect(identity.claims).toEqual(demoCitizen.claims)
    expect(identity.portrait?.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
    expect(identity.file[0]).toBe(0xd2)
    await insert('other-citizen')
    await sleep(100)
    const other = (await reader.readIdentity({ trusted, waitMs: 5_000 }))._unsafeUnwrap()
    expect(other.claims).toEqual(otherCitizen.claims)
  })

  it('reads the template of a finger only where it is wanted', async () => {
    const reader = openReader({ socket })
    await insert('with-finger')
    const options = { trusted, waitMs: 5_000 }
    expect((await reader.readIdentity(options))._unsafeUnwrap().finger).toBeUndefined()
    const { finger, claims } = (await reader.readIdentity({ ...options, withFinger: true }))._unsafeUnwrap()
    expect(claims).toEqual(demoCitizen.claims)
    expect(finger?.name).toBe('Right IndexFinger')
    expect(Buffer.from(finger?.template ?? []).equals(demoFinger.template)).toBe(true)
    await insert('genuine')
    await sleep(100)
    const without = (await reader.readIdentity({ ...options, withFinger: true }))._unsafeUnwrap()
    expect(without.finger).toBeUndefined()
  })

  it('waits for a card, and tells that it came, was read and went', async () => {
    const reader = openReader({ socket })
    await becomes(reader, isEmpty)
    const told: string[] = []
    reader.onChange((device) =>
      told.push(device.state === 'ready' ? `ready ${device.holdsCard === true}` : device.state),
    )
    const reading = reader.readIdentity({ trusted, waitMs: 10_000 })
    await sleep(300)
    await insert('genuine')
    expect((await reading).isOk()).toBe(true)
    await simulator.post('/remove')
    await becomes(reader, isEmpty)
    expect(told).toEqual(['ready true', 'busy', 'ready true', 'ready false'])
  })

  it.each([
    ['broken-signature', 'card.bad-signature'],
    ['blank', 'card.unreadable'],
  ])('does not believe the card "%s": %s', async (card, code) => {
    await insert(card)
    const result = await openReader({ socket }).readIdentity({ trusted, waitMs: 5_000 })
    expect(result).toMatchObject({ error: code })
  })

  it('does not believe a card of an issuer that it does not know', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true })
    await insert('genuine')
    const reader = openReader({ socket })
    const strangers = [await exportJWK(pair.publicKey)]
    expect(await reader.readIdentity({ trusted: strangers, waitMs: 5_000 })).toMatchObject({
      error: 'card.bad-signature',
    })
  })

  it('says card.absent when nobody places a card, at once or after the time', async () => {
    const reader = openReader({ socket })
    await becomes(reader, isEmpty)
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({ error: 'card.absent' })
    const from = Date.now()
    expect(await reader.readIdentity({ trusted, waitMs: 700 })).toMatchObject({ error: 'card.absent' })
    expect(Date.now() - from).toBeGreaterThanOrEqual(690)
  })

  // A read is: application, identity file, its content, portrait file, its content in three.
  it.each([0, 1, 2, 3, 4, 5, 6])(
    'says card.removed when it is pulled out after %i commands',
    async (apdus) => {
      await insert('genuine', apdus)
      const reader = openReader({ socket })
      expect(await reader.readIdentity({ trusted, waitMs: 5_000 })).toMatchObject({ error: 'card.removed' })
    },
  )

  it('says card.removed when it goes in the moment in which it is read', async () => {
    await insert('genuine')
    const reader = openReader({ socket })
    await becomes(reader, holdsCard)
    await simulator.post('/remove')
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({ error: 'card.removed' })
  })

  it('says card.mute after 3 s of silence, and reads the next card', async () => {
    await insert('mute')
    const reader = openReader({ socket })
    await becomes(reader, holdsCard)
    const from = Date.now()
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({ error: 'card.mute' })
    const took = Date.now() - from
    expect(took).toBeGreaterThanOrEqual(2_900)
    expect(took).toBeLessThan(4_500)
    await insert('genuine')
    await sleep(300)
    expect((await reader.readIdentity({ trusted, waitMs: 8_000 })).isOk()).toBe(true)
  })

  it('counts a mute card as no crash of the driver, however often it is tried', async () => {
    await insert('mute')
    const reader = openReader({ socket, deadlineMs: 300 })
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await reader.readIdentity({ trusted, waitMs: 3_000 })).toMatchObject({ error: 'card.mute' })
    }
    expect(reader.device().state).not.toBe('needs-attention')
  })

  it('is cancelled at once: before, while it waits and while a card keeps silent', async () => {
    const reader = openReader({ socket })
    const cancelled = { error: 'device.cancelled' }
    expect(await reader.readIdentity({ trusted, waitMs: 5_000, signal: AbortSignal.abort() })).toMatchObject(
      cancelled,
    )
    await becomes(reader, isEmpty)
    const from = Date.now()
    const waiting = reader.readIdentity({ trusted, waitMs: 20_000, signal: AbortSignal.timeout(200) })
    expect(await waiting).toMatchObject(cancelled)
    await insert('mute')
    await becomes(reader, holdsCard)
    const silent = reader.readIdentity({ trusted, waitMs: 0, signal: AbortSignal.timeout(200) })
    expect(await silent).toMatchObject(cancelled)
    expect(Date.now() - from).toBeLessThan(3_000)
  })

  it('lets two who ask at the same time read one after the other', async () => {
    await insert('genuine')
    const reader = openReader({ socket })
    const both = await Promise.all([
      reader.readIdentity({ trusted, waitMs: 5_000 }),
      reader.readIdentity({ trusted, waitMs: 5_000 }),
    ])
    for (const result of both) expect(result._unsafeUnwrap().claims).toEqual(demoCitizen.claims)
  })

  it('lets whoever waits for a card go when it is closed', async () => {
    const reader = openReader({ socket })
    await becomes(reader, isEmpty)
    const waiting = reader.readIdentity({ trusted, waitMs: 20_000 })
    await sleep(50)
    await reader.close()
    expect(await waiting).toMatchObject({ error: 'device.driver-stopped' })
  })
})
