/** The host's end of the HID process: crash, hang, nonsense, deadlines, with a process that does what the test says. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SpawnDriver } from '../../../hardware/driver-process.ts'
import { createHidClient } from '../../../hardware/hid/hid-client.ts'
import type { Attached, FromHid } from '../../../hardware/hid/z-hid.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const scanner: Attached = {
  ...{ key: '0c2e:0b8f:1', yields: 'code', name: 'S', state: 'open', canIdentify: true },
}

function build() {
  const children: { say(message: FromHid | object): void; end(): void; sent: object[]; killed: boolean }[] =
    []
  const spawn: SpawnDriver = () => {
    let hear: (message: unknown) => void = () => undefined
    let ended: () => void = () => undefined
    const child = {
      sent: [] as object[],
      killed: false,
      say: (message: object) => hear(message),
      end: () => ended(),
    }
    children.push(child)
    return {
      send: (message) => void child.sent.push(message),
      onMessage: (listener) => void (hear = listener),
      onExit: (listener) => void (ended = listener),
      kill: () => {
        child.killed = true
        ended()
      },
    }
  }
  const client = createHidClient({ spawn, file: 'none', clock: { now: () => Date.now() } })
  const last = () => {
    const child = children.at(-1)
    if (!child) throw new Error('none was started')
    return child
  }
  return { client, children, last }
}
const seen = (...devices: Attached[]) => ({ kind: 'seen', devices })

describe('the HID process', () => {
  it('is started again 3 s after a crash, and rests after three within five minutes', () => {
    const { client, children, last } = build()
    for (let crash = 1; crash <= 3; crash++) {
      last().end()
      expect(client.state()).toEqual({ state: 'starting' })
      vi.advanceTimersByTime(2_999)
      expect(children).toHaveLength(crash)
      vi.advanceTimersByTime(1)
      expect(children).toHaveLength(crash + 1)
    }
    last().end()
    expect(client.state()).toEqual({ state: 'stopped' })
    client.close()
  })

  it('is killed when it is silent for 10 s, and when it says what makes no sense', () => {
    const { client, children, last } = build()
    last().say(seen())
    vi.advanceTimersByTime(9_999)
    expect(last().killed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(last().killed).toBe(true)
    vi.advanceTimersByTime(3_000)
    last().say({ kind: 'code', key: 'x', text: 'x'.repeat(9_000) })
    expect(children[1]?.killed).toBe(true)
    client.close()
  })

  it('answers a request late: the request ends, and a fresh process takes over at once', async () => {
    const { client, children, last } = build()
    last().say(seen(scanner))
    const identified = client.identify(scanner.key)
    vi.advanceTimersByTime(5_000)
    const result = await identified
    expect(result.isErr() && result.error).toBe('silent')
    expect(children).toHaveLength(2)
    expect(children[0]?.killed).toBe(true)
    client.close()
  })

  it('makes room for a fresh one when a device that did not answer was unplugged, or after 30 s', () => {
    const { client, children, last } = build()
    last().say(seen({ ...scanner, state: 'silent' }))
    last().say(seen())
    expect(children).toHaveLength(2)
    last().say(seen({ ...scanner, state: 'silent' }))
    for (let second = 0; second < 30; second++) {
      vi.advanceTimersByTime(1_000)
      if (children.length === 2) last().say(seen({ ...scanner, state: 'silent' }))
    }
    expect(children).toHaveLength(3)
    client.close()
  })

  it('is ended with the port, and whoever waits is let go', async () => {
    const { client, children, last } = build()
    last().say(seen(scanner))
    const identified = client.identify(scanner.key)
    client.close()
    const result = await identified
    expect(result.isErr() && result.error).toBe('driver-stopped')
    vi.advanceTimersByTime(60_000)
    expect(children).toHaveLength(1)
  })
})
