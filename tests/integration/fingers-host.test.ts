/** The finger scanner in the whole host: among the devices, and its test takes a real picture. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from '../../main/host.ts'
import { whyNoFingers } from './finger-world.ts'
import { freshFolder, kioskDevices, startKiosk, until } from './host-world.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

describe.skipIf(whyNoFingers() !== undefined)('a host with a scanner for the finger check', () => {
  const sockets = mkdtempSync(join(tmpdir(), 'finger-host-'))
  const socket = join(sockets, 'image.sock')
  let hand: Simulator
  let folder: Awaited<ReturnType<typeof freshFolder>>
  const hosts: Host[] = []
  const start = async (demo: boolean) => {
    const host = await startKiosk(
      {
        dataDir: join(folder.path, demo ? 'demo' : 'field'),
        demo,
        fingerCheck: { scanner: 'libfprint', environment: { FP_VIRTUAL_IMAGE: socket } },
      },
      { devices: kioskDevices({ now: { fault: 'card.absent' } }) },
    )
    hosts.push(host)
    return host.services.devices
  }
  beforeAll(async () => {
    folder = await freshFolder()
    hand = await startSimulator('finger', ['--socket', socket])
  })
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.close()))
    await hand.stop()
    await folder.done()
    rmSync(sockets, { recursive: true, force: true })
  })

  it('lists it, and tells of a finger how good its picture is and nothing else', async () => {
    const devices = await start(true)
    const seen = (state: string) => async () =>
      devices.list().find((one) => one.kind === 'finger-verifier' && one.state === state)
    await until('the scanner is ready', seen('ready'))
    const testing = devices.test({ kind: 'finger-verifier' }, undefined)
    await until('the scanner waits for a finger', seen('busy'))
    await hand.post('/finger', { person: 5, finger: 1, quality: 'wet' })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await hand.post('/place')
    const { summary } = (await testing)._unsafeUnwrap()
    const row = (fact: string) => summary.find((one) => one.fact === fact)?.value
    expect(Number(row('finger-quality'))).toBeGreaterThan(30)
    expect(row('finger-hint')).toBe('finger.too-wet')
    expect(Number(row('minutiae'))).toBeGreaterThan(10)
    expect(row('picture-size')).toBe('256 × 320, 500 dpi')
    expect(summary).toHaveLength(4)
  })

  it('has no virtual scanner outside the demonstration', async () => {
    const devices = await start(false)
    const absent = await until('the host has looked', async () =>
      devices.list().find((one) => one.kind === 'finger-verifier' && one.state === 'absent'),
    )
    expect(absent).toMatchObject({ cause: 'finger.no-device' })
  })
})
