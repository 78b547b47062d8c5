/** The SBI client against the simulator's real wire: every fault is a code, and none leaves the scanner unusable. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSbiScanner } from '../../hardware/fingerprint/sbi-scanner.ts'
import type { FingerprintPort } from '../../hardware/ports.ts'

let simulator: ChildProcess
let control = ''
let scanner: FingerprintPort

async function play(path: string, body: object): Promise<void> {
  const response = await fetch(`${control}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect(response.status).toBe(200)
}
const capture = (timeoutMs = 1_500) =>
  scanner.capture({ slap: 'left', exceptions: [], requestedScore: 40, timeoutMs })

beforeAll(async () => {
  const main = fileURLToPath(new URL('../../hardware/simulators/sbi/main.ts', import.meta.url))
  // Ports of its own, so that a scanner that is really attached does not disturb the test.
  simulator = spawn(process.execPath, [main, '--from', '4561', '--to', '4580'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { stdout } = simulator
  if (!stdout) throw new Error('no stdout')
  const line = await new Promise<string>((resolve) =>
    createInterface({ input: stdout }).once('line', resolve),
  )
  const { url, root }: { url: string; root: string } = JSON.parse(line)
  control = url
  scanner = createSbiScanner({
    ports: { from: 4561, to: 4580 },
    trustedRoots: [root],
    env: 'Staging',
    searchEveryMs: 200,
  })
  await vi.waitFor(() => expect(scanner.device().state).toBe('ready'), { timeout: 10_000 })
})
afterAll(async () => {
  await scanner.close()
  simulator.kill('SIGTERM')
})

describe('a fingerprint scanner behind SBI', () => {
  it('gives each finger that was asked for, signed by the device, also twice in a row', async () => {
    for (let time = 0; time < 2; time += 1) {
      const fingers = (await capture())._unsafeUnwrap()
      expect(fingers.map(({ finger }) => finger)).toEqual([
        'Left IndexFinger',
        'Left MiddleFinger',
        'Left RingFinger',
        'Left LittleFinger',
      ])
      expect(fingers.every(({ quality, record }) => quality > 40 && record.split('.').length === 3)).toBe(
        true,
      )
    }
  })

  it('leaves out the fingers that are exceptions', async () => {
    const exceptions = ['Left RingFinger']
    const result = await scanner.capture({ slap: 'left', exceptions, requestedScore: 40, timeoutMs: 1_500 })
    expect(result._unsafeUnwrap()).toHaveLength(3)
  })

  it.each([
    ['busy', 'finger.busy'],
    ['not-ready', 'finger.not-ready'],
    ['not-registered', 'finger.not-registered'],
    ['wrong-transaction', 'finger.wrong-transaction'],
    ['bad-signature', 'finger.bad-signature'],
    ['untrusted-root', 'finger.untrusted'],
    ['expired-certificate', 'finger.untrusted'],
    ['fewer-fingers', 'finger.fewer-fingers'],
    ['same-finger-twice', 'finger.fewer-fingers'],
    ['broken-hash', 'finger.chain-broken'],
    ['other-serial', 'finger.other-device'],
    ['clock', 'finger.clock'],
    ['wrong-env', 'finger.bad-answer'],
    ['no-quality', 'finger.bad-answer'],
    ['tamper', 'finger.tamper'],
    ['close-mid-body', 'finger.bad-answer'],
    ['not-json', 'finger.bad-answer'],
  ])('%s → %s, and the next capture works', async (fault, code) => {
    await expect.poll(() => scanner.device().state).toBe('ready')
    await play('fault', { fault, times: 1 })
    expect((await capture())._unsafeUnwrapErr()).toBe(code)
    await play('fault', { fault: null })
    await expect.poll(() => scanner.device().state, { timeout: 8_000 }).toBe('ready')
    expect((await capture()).isOk()).toBe(true)
  })

  it('says that no finger was seen when none is placed', async () => {
    await play('finger', { present: false })
    expect((await capture(300))._unsafeUnwrapErr()).toBe('finger.none-seen')
    await play('finger', { present: true })
  })

  it('ends at its deadline when the service never answers', async () => {
    await play('fault', { fault: 'never-answers', times: 1 })
    expect((await capture(100))._unsafeUnwrapErr()).toBe('finger.timeout')
  })

  it('can be cancelled', async () => {
    await play('finger', { present: false })
    const cancel = new AbortController()
    setTimeout(() => cancel.abort(), 100)
    const options = {
      slap: 'left',
      exceptions: [],
      requestedScore: 40,
      timeoutMs: 5_000,
      signal: cancel.signal,
    } as const
    expect((await scanner.capture(options))._unsafeUnwrapErr()).toBe('device.cancelled')
    await play('finger', { present: true })
  })

  it('sees the service go and come back', async () => {
    await play('service', { up: false })
    await expect.poll(() => scanner.device().state, { timeout: 5_000 }).toBe('absent')
    expect((await capture())._unsafeUnwrapErr()).toBe('finger.no-device')
    await play('service', { up: true })
    await expect.poll(() => scanner.device().state, { timeout: 5_000 }).toBe('ready')
  })

  it('shows live pictures until it is told to stop', async () => {
    const stop = new AbortController()
    let seen = 0
    for await (const picture of scanner.stream({ slap: 'left', signal: stop.signal })) {
      expect([...picture.subarray(0, 2)]).toEqual([0xff, 0xd8])
      seen += 1
      if (seen === 3) stop.abort()
    }
    expect(seen).toBe(3)
  })
})
