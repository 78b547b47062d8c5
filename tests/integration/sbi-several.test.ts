/** Several SBI services on one machine, and scanners that are made for authentication. */
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findAllScanners, findScanner } from '../../hardware/fingerprint/find-scanner.ts'
import { zDeviceRole } from '../../hardware/z-device.ts'
import { captureLeft, sbiWorld } from './sbi-world.ts'

describe('two services at once', () => {
  it('are both found, and the second is used when the first is pulled out', async () => {
    const ports = { from: 4541, to: 4549 }
    const world = await sbiWorld(ports, [
      'dialect=0.9.5,serial=111122223333',
      'dialect=1.0,serial=444455556666',
    ])
    try {
      const { root, ftmRoot } = z
        .object({ root: z.string(), ftmRoot: z.string() })
        .parse(world.simulator.ready)
      const trust = { device: [root], ftm: [ftmRoot], revoked: [] }
      const now = Date.now()
      const found = await findAllScanners({ ports, trust, env: 'Staging', purpose: 'Registration', now })
      expect(found.map(({ dialect, serial }) => [dialect, serial])).toEqual([
        ['0.9.5', '111122223333'],
        ['1.0', '444455556666'],
      ])
      expect((await captureLeft(world.scanner)).isOk()).toBe(true)
      for (const device of [0, 1]) {
        await world.simulator.post('/service', { device, up: false })
        await world.simulator.post('/service', { device: 1 - device, up: true })
        const other = device === 0 ? '444455556666' : '111122223333'
        await expect.poll(() => world.scanner.device(), { timeout: 5_000 }).toMatchObject({ serial: other })
        expect((await captureLeft(world.scanner)).isOk()).toBe(true)
      }
    } finally {
      await world.end()
    }
  })

  it('capture each for whom it is meant, and one alone for both', async () => {
    const role = {
      'fingerprint-scanner:111122223333': 'staff',
      'fingerprint-scanner:444455556666': 'citizen',
    }
    const world = await sbiWorld(
      { from: 4541, to: 4549 },
      ['dialect=0.9.5,serial=111122223333', 'dialect=1.0,serial=444455556666'],
      'Registration',
      (id) => zDeviceRole.parse(new Map(Object.entries(role)).get(id)),
    )
    const used: (string | undefined)[] = []
    world.scanner.onUse?.((_kind, { serial }) => used.push(serial))
    const shown = () =>
      (world.scanner.devices?.() ?? []).map((one) => 'serial' in one && one.serial).toSorted()
    const captureFor = (served: 'staff' | 'citizen') =>
      world.scanner.capture({
        ...{ slap: 'left', exceptions: [], requestedScore: 40, timeoutMs: 1_500, served },
      })
    try {
      await expect.poll(shown, { timeout: 8_000 }).toEqual(['111122223333', '444455556666'])
      for (const served of ['staff', 'citizen', 'staff'] as const)
        expect((await captureFor(served)).isOk()).toBe(true)
      expect(used).toEqual(['111122223333', '444455556666', '111122223333'])
      await world.simulator.post('/service', { device: 0, up: false })
      await expect.poll(shown, { timeout: 8_000 }).toEqual(['444455556666'])
      expect((await captureFor('staff')).isOk()).toBe(true)
      expect(used.at(-1)).toBe('444455556666')
    } finally {
      await world.end()
    }
  }, 30_000)

  it('finds the scanner among a hundred ports that accept and say nothing, without waiting for them', async () => {
    const ports = { from: 4701, to: 4800 }
    const held = new Set<Socket>()
    const silent = await Promise.all(
      Array.from({ length: 99 }, (_, index) => {
        const server = createServer((socket) => {
          held.add(socket.on('error', () => undefined))
          socket.on('data', () => undefined)
        })
        return new Promise<Server>((resolve) =>
          server.listen(ports.from + index, '127.0.0.1', () => resolve(server)),
        )
      }),
    )
    const world = await sbiWorld(ports)
    try {
      const { root, ftmRoot } = z
        .object({ root: z.string(), ftmRoot: z.string() })
        .parse(world.simulator.ready)
      const trust = { device: [root], ftm: [ftmRoot], revoked: [] }
      const search = findScanner({ ports, trust, env: 'Staging', purpose: 'Registration', now: Date.now() })
      // A silent service is given up after 2.5 s: what comes before that has waited for none.
      const found = await Promise.race([search, delay(2_400, 'waited for a silent one')])
      expect(found).toMatchObject({ found: { port: 4800, status: 'Ready' } })
      expect((await captureLeft(world.scanner)).isOk()).toBe(true)
    } finally {
      await world.end()
      for (const socket of held) socket.destroy()
      for (const server of silent) server.close()
    }
  })
})

describe.each(['0.9.5', '1.0'])('authentication capture in %s', (dialect) => {
  it('gives what only the authentication server can open', async () => {
    const world = await sbiWorld({ from: 4551, to: 4555 }, [`dialect=${dialect},purpose=Auth`], 'Auth')
    try {
      const wish = { domainUri: 'https://auth.example.org', requestedScore: 40, timeoutMs: 1_500 }
      const fingers = ['Left IndexFinger', 'Right IndexFinger']
      for (let time = 0; time < 2; time += 1) {
        const got = (await world.scanner.authenticate({ ...wish, fingers }))._unsafeUnwrap()
        expect(got.map(({ finger }) => finger)).toEqual(fingers)
        for (const { sessionKey, thumbprint, hash } of got) {
          expect(Buffer.from(sessionKey, 'base64url')).toHaveLength(256)
          expect(thumbprint).toMatch(/^[0-9A-F]{64}$/)
          expect(hash).toMatch(/^[0-9A-F]{64}$/)
        }
      }
      // A scanner for authentication gives no fingers for enrolment.
      expect((await captureLeft(world.scanner))._unsafeUnwrapErr()).toBe('finger.environment')
    } finally {
      await world.end()
    }
  })
})
