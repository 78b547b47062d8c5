import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Device } from '../../../hardware/z-device.ts'
import { createStatusService } from '../../../main/status/status-service.ts'

function world(heartbeatMs = 60_000, quietMs = 5) {
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  const queue = { waiting: 0, bytesToGo: 0 }
  const devices: Device[] = [{ kind: 'card-reader', id: 'card-reader', state: 'starting' }]
  const service = createStatusService({
    sync: {
      queue: async () => ({ ...queue }),
      onChange: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
      setAside: () => [],
      lastHousekeeping: () => undefined,
      synchroniser: { progress: () => ({ link: 'down', lastContact: '2026-11-24T00:00:00Z', faults: [] }) },
    },
    limits: async () => [],
    reach: () => new Promise(() => undefined),
    devices: () => devices,
    onDeviceChange: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    clock: { now: () => 0 },
    closing: closing.signal,
    ...{ heartbeatMs, quietMs },
  })
  const change = () => [...listeners].forEach((listener) => listener())
  return { service, queue, closing, listeners, change }
}

test('tells at once, then at each change', async () => {
  const { service, queue, change, listeners } = world()
  const watch = service.watch(new AbortController().signal)[Symbol.asyncIterator]()
  expect((await watch.next()).value).toMatchObject({ link: 'down', queue: { waiting: 0 } })
  const next = watch.next()
  queue.waiting = 1
  change()
  expect((await next).value).toMatchObject({ queue: { waiting: 1 } })
  // A change while the screen was busy with the last one is not lost.
  queue.waiting = 2
  change()
  expect((await watch.next()).value).toMatchObject({ queue: { waiting: 2 } })
  await watch.return?.()
  expect(listeners.size).toBe(0)
})

test('tells without any change by the heartbeat, so that a screen can show that it is alive', async () => {
  const { service } = world(20)
  const watch = service.watch(new AbortController().signal)[Symbol.asyncIterator]()
  await watch.next()
  expect((await watch.next()).done).toBe(false)
  await watch.return?.()
})

test('a storm of changes is told a few times, not each', async () => {
  const { service, change } = world(60_000, 50)
  const end = new AbortController()
  let told = 0
  const watching = (async () => {
    for await (const _ of service.watch(end.signal)) told += 1
  })()
  for (let i = 0; i < 100; i += 1) {
    change()
    await delay(2)
  }
  end.abort()
  await watching
  expect(told).toBeGreaterThan(1)
  expect(told).toBeLessThan(15)
})

test.each(['the screen', 'the host'])('ends when %s does, and listens no more', async (who) => {
  const { service, closing, listeners } = world()
  const end = new AbortController()
  const watch = service.watch(end.signal)[Symbol.asyncIterator]()
  await watch.next()
  const next = watch.next()
  ;(who === 'the host' ? closing : end).abort()
  expect((await next).done).toBe(true)
  expect(listeners.size).toBe(0)
})
