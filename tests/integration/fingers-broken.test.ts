/** What comes over the wire may be anything, and the native code may die of it: the host does not, and says what it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openFingerVerifier } from '../../hardware/fingerprint/libfprint/finger-verifier.ts'
import { enrolFinger, hand, openFingerWorld, whyNoFingers, type FingerWorld } from './finger-world.ts'

const missing = whyNoFingers() !== undefined

describe.skipIf(missing)('a helper that dies or goes mad', () => {
  let world: FingerWorld
  let template: Uint8Array
  beforeAll(async () => {
    // It is killed more often here than a field kiosk would bear.
    world = await openFingerWorld({
      restarts: { delayMs: 100, most: 1_000, windowMs: 60_000 },
      silenceMs: 4_000,
    })
    await world.ready()
    template = await enrolFinger(world, 3)
  })
  afterAll(() => world.close())

  const works = async () => {
    await world.ready()
    const { onProgress } = hand([() => world.place({ person: 3, finger: 1, impression: 7, quality: 'good' })])
    const verified = await world.scanner.verify({ template, timeoutMs: 10_000, onProgress })
    expect(verified._unsafeUnwrap()).toMatchObject({ match: true })
  }

  it('comes back after SIGKILL, and whoever waited is told', async () => {
    const before = world.pid()
    const running = world.scanner.captureImage({ timeoutMs: 20_000 })
    await expect.poll(() => world.scanner.device().state).toBe('busy')
    process.kill(before, 'SIGKILL')
    expect((await running)._unsafeUnwrapErr()).toBe('device.driver-stopped')
    expect(world.scanner.device().state).toBe('starting')
    expect((await world.scanner.captureImage({ timeoutMs: 500 }))._unsafeUnwrapErr()).toBe(
      'device.driver-stopped',
    )
    await works()
    expect(world.pid()).not.toBe(before)
  })

  it('is ended and started again when it does not let go at the deadline', async () => {
    await world.ready()
    const before = world.pid()
    const running = world.scanner.captureImage({ timeoutMs: 300 })
    await expect.poll(() => world.scanner.device().state).toBe('busy')
    process.kill(before, 'SIGSTOP')
    expect((await running)._unsafeUnwrapErr()).toBe('device.driver-stopped')
    await works()
    expect(world.pid()).not.toBe(before)
  })

  it('is ended and started again when it falls silent with nothing to do', async () => {
    await world.ready()
    const before = world.pid()
    process.kill(before, 'SIGSTOP')
    await expect.poll(() => world.pid(), { timeout: 10_000 }).not.toBe(before)
    await works()
  })

  it('sees the scanner go', async () => {
    await world.ready()
    const { onProgress } = hand([() => world.hand.post('/fault', { fault: 'vanish' })])
    const gone = await world.scanner.captureImage({ timeoutMs: 5_000, onProgress })
    expect(gone._unsafeUnwrapErr()).toBe('finger.no-device')
    await expect
      .poll(() => world.scanner.device(), { timeout: 10_000 })
      .toMatchObject({ state: 'absent', cause: 'finger.no-device' })
    // The virtual device is not found again by itself, as one on a bus would be.
    process.kill(world.pid(), 'SIGKILL')
    await works()
  })

  // Of half a picture the library says nothing at all while it waits for the rest (docs/fingerprints.md).
  it.each([
    ['absurd-size', 'finger.no-picture'],
    ['half-picture', 'finger.timeout'],
    ['thin-picture', 'finger.unclear'],
  ])('%s from the sensor is told as %s', async (fault, told) => {
    await world.ready()
    const { onProgress } = hand([() => world.hand.post('/fault', { fault })])
    const captured = await world.scanner.captureImage({ timeoutMs: 2_000, onProgress })
    expect(captured._unsafeUnwrapErr()).toBe(told)
    await world.hand.post('/fault', { fault: 'hang-up' })
    await pause(200)
    await works()
  })

  it('templates of any bytes end in a fault or in no match, never in a match', async () => {
    let died = 0
    const check = async (bytes: Uint8Array) => {
      await world.ready()
      const before = world.pid()
      const { onProgress } = hand([
        () => world.place({ person: 4, finger: 1, impression: 9, quality: 'good' }),
      ])
      const verified = await world.scanner.verify({ template: bytes, timeoutMs: 3_000, onProgress })
      if (verified.isErr()) {
        expect(['finger.template-unreadable', 'device.driver-stopped', 'finger.timeout']).toContain(
          verified.error,
        )
      } else expect(verified.value.match).toBe(false)
      if (world.pid() !== before) died += 1
    }
    const damaged = fc.record({
      at: fc.integer({ min: 0, max: template.length - 1 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
      length: fc.integer({ min: 0, max: template.length }),
      cut: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(damaged, async ({ at, bytes, length, cut }) => {
        const broken = Uint8Array.from(template)
        broken.set(bytes.subarray(0, broken.length - at), at)
        await check(cut ? broken.subarray(0, length) : broken)
      }),
      { numRuns: 60, seed: 7 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), (bytes) => check(bytes)),
      { numRuns: 20, seed: 7 },
    )
    await fc.assert(
      // A good head, then anything: this reaches the native parser.
      fc.asyncProperty(fc.uint8Array({ minLength: 64, maxLength: 5_000 }), (bytes) =>
        check(Buffer.concat([template.subarray(0, 40), bytes])),
      ),
      { numRuns: 40, seed: 7 },
    )
    process.stderr.write(`The helper died ${died} times of 120 broken templates\n`)
    await works()
  })

  it('pictures of any bytes end in a fault or in a picture of low quality', async () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 300 }),
      height: fc.integer({ min: 1, max: 300 }),
    })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 0, max: 255 }), async (size, grain) => {
        await world.ready()
        const { onProgress } = hand([() => world.hand.post('/picture', { ...size, grain })])
        const captured = await world.scanner.captureImage({ timeoutMs: 800, onProgress })
        if (captured.isOk()) expect(captured.value.quality.score).toBeLessThan(40)
      }),
      { numRuns: 25, seed: 11 },
    )
    await world.hand.post('/fault', { fault: 'hang-up' })
    await pause(200)
    await works()
  })
})

describe('without a helper that can be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fphelper-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const program = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o755 })
    return path
  }
  const restarts = { delayMs: 20, most: 3, windowMs: 60_000 }

  it('says that the service is missing, and does not wait', async () => {
    const scanner = openFingerVerifier({ program: join(folder, 'nowhere') })
    expect(scanner.device()).toMatchObject({ state: 'absent', cause: 'finger.service-missing' })
    const captured = await scanner.captureImage({ timeoutMs: 60_000 })
    expect(captured._unsafeUnwrapErr()).toBe('finger.service-missing')
    await scanner.close()
  })

  it.each([
    ['one that ends at once', '#!/bin/sh\nexit 1\n'],
    ['one that is no program', 'not a program'],
    ['one that talks nonsense', '#!/bin/sh\necho "{\\"kind\\":\\"hello\\"}"\nsleep 60\n'],
    ['one that floods', '#!/bin/sh\nexec cat /dev/zero\n'],
  ])('%s is started three times more, then called stopped', async (name, text) => {
    const scanner = openFingerVerifier({ program: program(name.replaceAll(' ', '-'), text), restarts })
    await vi.waitFor(
      () => expect(scanner.device()).toMatchObject({ state: 'absent', cause: 'device.driver-stopped' }),
      { timeout: 20_000 },
    )
    await scanner.close()
  })
})
