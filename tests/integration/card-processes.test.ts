/** The processes around the card reader: a daemon that comes and goes, a driver that crashes, a simulator that ends. */
import { spawn } from 'node:child_process'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cardFiles } from '../../hardware/card/layout.ts'
import { createCardSlot, type CardSlot } from '../../hardware/simulators/card/card-slot.ts'
import { demoCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import { startPcscd, type Pcscd } from '../../hardware/simulators/card/pcscd.ts'
import { createVirtualCard, type CardContent } from '../../hardware/simulators/card/virtual-card.ts'
import { personaliseCard } from '../../hardware/simulators/card/personalise.ts'
import { becomes, createCardWorld, holdsCard, isAbsent, isReady } from './card-world.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const { folder, issuerKey, issuerKeyFile, trusted, openReader } = await createCardWorld()

describe('with a PC/SC daemon that comes and goes', () => {
  let daemon: Pcscd | undefined
  afterEach(async () => {
    await daemon?.close()
    daemon = undefined
  })

  /** A client knows one path; each new daemon has its own socket behind it. */
  async function startBehind(path: string, options?: { readers: string[] }): Promise<Pcscd> {
    daemon = await startPcscd(options)
    await rm(path, { force: true })
    await symlink(daemon.socket, path)
    return daemon
  }

  async function slotOf({ port }: Pcscd, card?: CardContent): Promise<CardSlot> {
    const genuine = card ?? (await personaliseCard({ claims: demoCitizen.claims, issuerKey }))
    return createCardSlot(port, (name) =>
      createVirtualCard(name === 'genuine' || name === 'mute' ? genuine : undefined),
    )
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
    await startBehind(path, { readers: [] })
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

  it('does not believe a portrait that the issuer did not sign', async () => {
    const path = join(folder, 'portrait.comm')
    const running = await startBehind(path)
    const signed = await personaliseCard({
      claims: demoCitizen.claims,
      issuerKey,
      portraitJpeg: Buffer.from('one'),
    })
    const swapped = {
      ...signed,
      files: new Map([...signed.files, [cardFiles.portrait.id, Buffer.from('two')]]),
    }
    const slot = await slotOf(running, swapped)
    await slot.insert('genuine')
    const reader = openReader({ socket: path })
    expect(await reader.readIdentity({ trusted, waitMs: 5_000 })).toMatchObject({
      error: 'card.bad-signature',
    })
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

  it('starts it again, three times, then says device.driver-stopped', async () => {
    const restarts = { delayMs: 50, most: 3, windowMs: 60_000 }
    const reader = openReader({ file: fixture('crashing-driver'), restarts })
    let starts = 0
    reader.onChange(({ state }) => (starts += state === 'ready' ? 1 : 0))
    const stopped = await becomes(reader, ({ state }) => state === 'needs-attention')
    expect(starts).toBe(4)
    expect(stopped).toMatchObject({ cause: 'device.driver-stopped' })
    expect(await reader.readIdentity({ trusted, waitMs: 0 })).toMatchObject({
      error: 'device.driver-stopped',
    })
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
