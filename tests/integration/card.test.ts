/** The card reader on the real way: driver process, libpcsclite, pcscd, vpcd, and a card behind it. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openCardReader } from '../../hardware/card/card-reader.ts'
import type { PcscOptions } from '../../hardware/card/pcsc-client.ts'
import type { CardReaderPort } from '../../hardware/ports.ts'
import { createCardSlot, type CardSlot } from '../../hardware/simulators/card/card-slot.ts'
import { demoCitizen, otherCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { startPcscd, type Pcscd } from '../../hardware/simulators/card/pcscd.ts'
import { personaliseCard } from '../../hardware/simulators/card/personalise.ts'
import type { Device } from '../../hardware/z-device.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

let folder: string
let issuerKeyFile: string
let issuerKey: JWK
let trusted: JWK[]
const open = new Set<CardReaderPort>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kiosk-card-'))
  const pair = await generateKeyPair('ES256', { extractable: true })
  issuerKeyFile = join(folder, 'signing.jwk.json')
  issuerKey = await exportJWK(pair.privateKey)
  await writeFile(issuerKeyFile, JSON.stringify(issuerKey))
  trusted = [await exportJWK(pair.publicKey)]
})
afterEach(async () => {
  for (const reader of open) await reader.close()
  open.clear()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function openReader(options: PcscOptions): CardReaderPort {
  const reader = openCardReader(options)
  open.add(reader)
  return reader
}

/** Waits until the device is as wanted; fails the test after `ms`. */
async function becomes(
  reader: CardReaderPort,
  wanted: (device: Device) => boolean,
  ms = 8_000,
): Promise<Device> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    if (wanted(reader.device())) return reader.device()
    await sleep(20)
  }
  throw new Error(`Still ${JSON.stringify(reader.device())} after ${ms} ms`)
}

const isReady = (device: Device) => device.state === 'ready'
const holdsCard = (device: Device) => device.state === 'ready' && device.holdsCard === true
const isEmpty = (device: Device) => isReady(device) && !holdsCard(device)
const isAbsent = (cause: string) => (device: Device) => device.state === 'absent' && device.cause === cause

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

describe('with a PC/SC daemon that comes and goes', () => {
  let daemon: Pcscd | undefined
  afterEach(async () => {
    await daemon?.close()
    daemon = undefined
  })

  /** A client knows one path; each new daemon has its own socket behind it. */
  async function startBehind(path: string, options?: { reader: boolean }): Promise<Pcscd> {
    daemon = await startPcscd(options)
    await rm(path, { force: true })
    await symlink(daemon.socket, path)
    return daemon
  }

  async function slotOf({ port }: Pcscd): Promise<CardSlot> {
    const genuine = await personaliseCard({ claims: demoCitizen.claims, issuerKey })
    return createCardSlot(port, {
      genuine,
      mute: genuine,
      blank: undefined,
      'broken-signature': undefined,
      'other-citizen': undefined,
    })
  }

  it('says card.service-down without a daemon', async () => {
    const reader = openReader({ socket: join(folder, 'nothing.comm') })
    expect(await reader.readIdentity({ trusted, waitMs: 5_000 })).toMatchObject({
      error: 'card.service-down',
    })
    expect(reader.device()).toEqual({ kind: 'card-reader', state: 'absent', cause: 'card.service-down' })
  })

  it('says card.no-reader with a daemon and no reader', async () => {
    const path = join(folder, 'no-reader.comm')
    await startBehind(path, { reader: false })
    const reader = openReader({ socket: path })
    expect(await reader.readIdentity({ trusted, waitMs: 5_000 })).toMatchObject({ error: 'card.no-reader' })
    expect(reader.device()).toEqual({ kind: 'card-reader', state: 'absent', cause: 'card.no-reader' })
  })

  it('reads again after the daemon was killed and came back, without being told', async () => {
    const path = join(folder, 'comes-and-goes.comm')
    const reader = openReader({ socket: path })
    await becomes(reader, isAbsent('card.service-down'))
    const first = await startBehind(path)
    await becomes(reader, isReady, 4_000)
    const slot = await slotOf(first)
    await slot.insert('genuine')
    expect((await reader.readIdentity({ trusted, waitMs: 5_000 })).isOk()).toBe(true)

    process.kill(first.pid, 'SIGKILL')
    await becomes(reader, isAbsent('card.service-down'), 4_000)
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({ error: 'card.service-down' })
    await first.close()

    const second = await startBehind(path)
    await becomes(reader, isReady, 4_000)
    const again = await slotOf(second)
    await again.insert('genuine')
    expect((await reader.readIdentity({ trusted, waitMs: 5_000 })).isOk()).toBe(true)
  })

  it('says card.service-down when the daemon dies while a card is read', async () => {
    const path = join(folder, 'dies.comm')
    const reader = openReader({ socket: path })
    const running = await startBehind(path)
    const slot = await slotOf(running)
    await slot.insert('mute')
    await becomes(reader, holdsCard)
    const reading = reader.readIdentity({ trusted, waitMs: 0 })
    await sleep(500)
    process.kill(running.pid, 'SIGKILL')
    expect(await reading).toMatchObject({ error: 'card.service-down' })
  })
})

describe('with a driver process that fails', () => {
  const fixture = (name: string) => new URL(`../fixtures/${name}.ts`, import.meta.url).pathname

  it('starts it again, three times, then says device.driver-stopped and still recovers later', async () => {
    const restarts = { delayMs: 50, most: 3, windowMs: 4_000 }
    const reader = openReader({ file: fixture('crashing-driver'), restarts })
    let starts = 0
    reader.onChange(({ state }) => (starts += state === 'ready' ? 1 : 0))
    const stopped = await becomes(reader, ({ state }) => state === 'needs-attention')
    expect(starts).toBe(4)
    expect(stopped).toMatchObject({ cause: 'device.driver-stopped' })
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({
      error: 'device.driver-stopped',
    })
    await becomes(reader, isReady)
  })

  it('says device.driver-stopped to the read that it crashed under', async () => {
    const reader = openReader({
      file: fixture('crashing-driver'),
      restarts: { delayMs: 5_000, most: 3, windowMs: 60_000 },
    })
    await becomes(reader, holdsCard)
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({
      error: 'device.driver-stopped',
    })
  })

  it('ends it when it is silent', async () => {
    const reader = openReader({
      file: fixture('silent-driver'),
      silenceMs: 500,
      restarts: { delayMs: 60_000, most: 3, windowMs: 60_000 },
    })
    await becomes(reader, isReady)
    await becomes(reader, ({ state }) => state === 'starting', 2_000)
  })
})

describe('the card simulator as a program', () => {
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
  const pidIn = (simulator: Simulator) =>
    Number(/\/proc\/(\d+)\//.exec(z.string().parse(simulator.ready.pcscSocket))?.[1])

  it.each(['SIGTERM', 'SIGKILL'] as const)('takes its daemon with it on %s', async (signal) => {
    const simulator = await startSimulator('card', ['--issuer-key', issuerKeyFile, '--pcscd'])
    const daemon = pidIn(simulator)
    expect(isAlive(daemon)).toBe(true)
    await simulator.stop(signal)
    for (let tries = 0; tries < 50 && isAlive(daemon); tries += 1) await sleep(50)
    expect(isAlive(daemon)).toBe(false)
  })

  it('ends when whoever started it is gone', async () => {
    const owner = spawn('sleep', ['60'])
    const simulator = await startSimulator('card', [
      ...['--parent', String(owner.pid)],
      ...['--issuer-key', issuerKeyFile, '--pcscd'],
    ])
    owner.kill('SIGKILL')
    for (let tries = 0; tries < 60 && isAlive(simulator.pid); tries += 1) await sleep(50)
    expect(isAlive(simulator.pid)).toBe(false)
    expect(isAlive(pidIn(simulator))).toBe(false)
  })

  it('runs beside another one', async () => {
    const both = await Promise.all(
      [1, 2].map(() => startSimulator('card', ['--issuer-key', issuerKeyFile, '--pcscd'])),
    )
    for (const simulator of both) {
      await simulator.post('/insert', { card: 'genuine' })
      const reader = openReader({ socket: z.string().parse(simulator.ready.pcscSocket) })
      expect((await reader.readIdentity({ trusted, waitMs: 5_000 })).isOk()).toBe(true)
    }
    await Promise.all(both.map((simulator) => simulator.stop()))
  })

  it('refuses a card that it does not know', async () => {
    const simulator = await startSimulator('card', ['--issuer-key', issuerKeyFile, '--pcscd'])
    expect((await simulator.call('/insert', { card: 'platinum' })).status).toBe(400)
    expect(await (await fetch(`${simulator.url}/state`)).json()).toEqual({ card: null, apdus: 0 })
    await simulator.stop()
  })
})
