/** Several SBI services on one machine, and scanners that are made for authentication. */
import { createServer, type Server } from 'node:net'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findAllScanners } from '../../hardware/fingerprint/find-scanner.ts'
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

  it('finds the scanner beside nine ports that accept and say nothing', async () => {
    const silent = await Promise.all(
      Array.from({ length: 9 }, (_, index) => {
        const server = createServer((socket) => socket.on('error', () => undefined))
        return new Promise<Server>((resolve) =>
          server.listen(4501 + index, '127.0.0.1', () => resolve(server)),
        )
      }),
    )
    const world = await sbiWorld({ from: 4501, to: 4510 })
    try {
      expect((await captureLeft(world.scanner)).isOk()).toBe(true)
    } finally {
      await world.end()
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
