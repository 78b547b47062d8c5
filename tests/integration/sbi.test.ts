/** The SBI client against the simulator's real wire: every fault is a code, and none leaves the scanner unusable. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scenarioOf } from '../../hardware/simulators/sbi/scenario.ts'
import { captureLeft, sbiWorld, type SbiWorld } from './sbi-world.ts'

const dialects = [
  ['MDS 0.9.5', 'dialect=0.9.5', 4561],
  ['SBI 1.0 with a secure chip', 'dialect=1.0,keys=secure', 4571],
] as const

describe.each(dialects)('a fingerprint scanner behind %s', (_, device, from) => {
  let world: SbiWorld
  const play = (path: string, body: object) => world.simulator.post(`/${path}`, body)
  const capture = (timeoutMs?: number, signal?: AbortSignal) => captureLeft(world.scanner, timeoutMs, signal)
  const becomes = (state: string) =>
    expect.poll(() => world.scanner.device().state, { timeout: 8_000 }).toBe(state)
  const worksAgain = async () => {
    await play('fault', { fault: null })
    await becomes('ready')
    expect((await capture()).isOk()).toBe(true)
  }

  beforeAll(async () => {
    world = await sbiWorld({ from, to: from + 9 }, [device])
  })
  afterAll(() => world.end())

  it('gives each finger that was asked for, signed by the device, also twice in a row', async () => {
    for (let time = 0; time < 2; time += 1) {
      const fingers = (await capture())._unsafeUnwrap()
      expect(fingers.map(({ finger }) => finger)).toEqual([
        'Left IndexFinger',
        'Left MiddleFinger',
        'Left RingFinger',
        'Left LittleFinger',
      ])
      for (const { quality, record } of fingers) {
        expect(quality).toBeGreaterThan(40)
        expect(record.split('.')).toHaveLength(3)
      }
    }
  })

  it('leaves out the fingers that are exceptions', async () => {
    const wish = { slap: 'left', requestedScore: 40, timeoutMs: 1_500 } as const
    const result = await world.scanner.capture({ ...wish, exceptions: ['Left RingFinger'] })
    expect(result._unsafeUnwrap()).toHaveLength(3)
  })

  // Each breaks one check of sbi.md §7 and no other.
  it.each([
    ['bad-signature', 'signature', 'finger.bad-signature'],
    ['revoked-certificate', 'certificate', 'finger.revoked'],
    ['expired-certificate', 'certificate', 'finger.certificate-expired'],
    ['untrusted-root', 'signature', 'finger.untrusted'],
    ['clock', 'timestamp', 'finger.clock'],
    ['clock-behind', 'timestamp', 'finger.clock'],
    ['wrong-transaction', 'transaction', 'finger.wrong-transaction'],
    ['wrong-version', 'version', 'finger.version'],
    ['broken-hash', 'hash-chain', 'finger.chain-broken'],
    ['text-hash', 'hash-chain', 'finger.chain-broken'],
    ['other-serial', 'serial', 'finger.other-device'],
    ['wrong-env', 'environment', 'finger.environment'],
    ['wrong-purpose', 'environment', 'finger.environment'],
    ['fewer-fingers', 'fingers', 'finger.fewer-fingers'],
    ['same-finger-twice', 'fingers', 'finger.fewer-fingers'],
    ['no-quality', 'quality', 'finger.no-quality'],
    ['impossible-quality', 'quality', 'finger.no-quality'],
  ])('%s breaks the check of the %s alone: %s', async (fault, check, code) => {
    await becomes('ready')
    await play('fault', { fault, times: 1 })
    expect((await capture())._unsafeUnwrapErr()).toBe(code)
    expect([...new Set(world.findings().map((finding) => finding.check))]).toEqual([check])
    await worksAgain()
  })

  // The other two: is it available and the same, and does it call back to this machine? They come before a capture.
  it.each([
    ['busy', 'finger.busy'],
    ['not-ready', 'finger.not-ready'],
    ['not-registered', 'finger.not-registered'],
    ['foreign-callback', 'finger.bad-answer'],
    ['other-certification', 'finger.other-device'],
    ['unknown-version', 'finger.version'],
  ])('does not capture from a device that is or says %s: %s', async (fault, code) => {
    await becomes('ready')
    await play('fault', { fault })
    expect((await capture())._unsafeUnwrapErr()).toBe(code)
    await worksAgain()
  })

  it.each([
    ['tamper', 'finger.tamper'],
    ['unplugged-mid-capture', 'finger.no-device'],
    ['close-mid-body', 'finger.bad-answer'],
    ['wrong-content-length', 'finger.bad-answer'],
    ['short-content-length', 'finger.bad-answer'],
    ['405-ok', 'finger.bad-answer'],
    ['not-json', 'finger.bad-answer'],
    ['huge-head', 'finger.bad-answer'],
    ['endless-body', 'finger.bad-answer'],
    ['error-100', 'finger.not-registered'],
    ['error-101', 'finger.none-seen'],
    ['error-102', 'finger.extraction'],
    ['error-103', 'finger.tamper'],
    ['error-104', 'finger.vendor-offline'],
    ['error-105', 'finger.turn-hand'],
    ['error-106', 'finger.no-device'],
    ['error-107', 'finger.key-expired'],
    ['error-108', 'finger.key-missing'],
    ['error-109', 'finger.count-refused'],
    ['error-110', 'finger.not-ready'],
    ['error-111', 'finger.busy'],
    ['error-112', 'finger.request-refused'],
    ['error-113', 'finger.count-refused'],
    ['error-115', 'finger.environment'],
    ['error-120', 'finger.request-refused'],
    ['error-500', 'finger.request-refused'],
    ['error-599', 'finger.device-error'],
  ])('%s → %s, and the next capture works', async (fault, code) => {
    await becomes('ready')
    await play('fault', { fault, times: 1 })
    expect((await capture())._unsafeUnwrapErr()).toBe(code)
    await worksAgain()
  })

  it.each(['slow-answer', 'no-content-length', 'trailing-crlf', 'low-score'])(
    '%s does no harm',
    async (fault) => {
      await becomes('ready')
      await play('fault', { fault, times: 1 })
      expect((await capture()).isOk()).toBe(true)
    },
  )

  it.each(['never-answers', 'drip'])('ends at its deadline when the service %s', async (fault) => {
    await play('fault', { fault, times: 1 })
    expect((await capture(100))._unsafeUnwrapErr()).toBe('finger.timeout')
    await worksAgain()
  })

  it('says that no finger was seen when none is placed', async () => {
    await play('finger', { present: false })
    expect((await capture(300))._unsafeUnwrapErr()).toBe('finger.none-seen')
    await play('finger', { present: true })
  })

  it('can be cancelled, and used again at once', async () => {
    await play('finger', { present: false })
    const cancel = new AbortController()
    setTimeout(() => cancel.abort(), 300)
    expect((await capture(5_000, cancel.signal))._unsafeUnwrapErr()).toBe('device.cancelled')
    await play('finger', { present: true })
    expect((await capture()).isOk()).toBe(true)
  })

  it('finds the scanner at another port', async () => {
    await play('fault', { fault: 'moves-port', times: 1 })
    expect((await capture()).isOk()).toBe(true)
    expect((await capture()).isOk()).toBe(true)
  })

  it('sees the service go and come back', async () => {
    await play('service', { up: false })
    await becomes('absent')
    expect((await capture())._unsafeUnwrapErr()).toBe('finger.no-device')
    await play('service', { up: true })
    await becomes('ready')
  })

  async function look(most: number): Promise<number> {
    const stop = new AbortController()
    let seen = 0
    for await (const picture of world.scanner.stream({ slap: 'left', signal: stop.signal })) {
      expect([...picture.subarray(0, 2)]).toEqual([0xff, 0xd8])
      seen += 1
      if (seen === most) stop.abort()
    }
    return seen
  }

  it('shows live pictures until it is told to stop, and captures right after', async () => {
    expect(await look(3)).toBe(3)
    expect((await capture()).isOk()).toBe(true)
  })

  it.each([
    ['stream-freezes', 2],
    ['stream-garbage', 0],
    ['stream-refused', 0],
  ])('ends a live picture that %s', async (fault, pictures) => {
    await becomes('ready')
    await play('fault', { fault })
    expect(await look(9)).toBe(pictures)
    await worksAgain()
  })

  it('ends a live picture whose lengths are lies, sooner or later', async () => {
    await play('fault', { fault: 'stream-length-lie' })
    expect(await look(3)).toBeLessThanOrEqual(3)
    await worksAgain()
  })

  it('plays the same day again for the same seed', async () => {
    const zAnswer = z.object({ scenario: z.array(z.string().nullable()) })
    const { scenario } = zAnswer.parse(await play('scenario', { seed: 7, captures: 12 }))
    expect(scenario).toEqual(scenarioOf(7, 12))
    expect(scenario).not.toEqual(scenarioOf(8, 12))
    await play('scenario', { seed: 7, captures: 1 })
  })
})
