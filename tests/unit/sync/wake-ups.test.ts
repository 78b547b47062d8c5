/** Sleep, a clock that was set and another network are noticed, each by its name, and nothing else is. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchForWakeUps, type WakeUp } from '../../../sync/wake-ups.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('each is told once', async () => {
  const told: WakeUp[] = []
  const now = { wall: 1_000_000, steady: 0, network: 'eth0 10.0.0.2' }
  const stop = watchForWakeUps({
    clock: { now: () => now.wall },
    ...{ monotonic: () => now.steady, network: () => now.network, everyMs: 2_000 },
    onWakeUp: (why) => told.push(why),
  })
  async function pass(wall: number, steady = wall): Promise<void> {
    now.wall += wall
    now.steady += steady
    await vi.advanceTimersByTimeAsync(2_000)
  }
  for (let n = 0; n < 50; n += 1) await pass(2_000)
  expect(told).toEqual([])
  await pass(3_600_000)
  await pass(2_000)
  expect(told.splice(0)).toEqual(['slept'])
  // Where the steady clock stands still in a sleep.
  await pass(3_600_000, 2_000)
  expect(told.splice(0)).toEqual(['clock-set'])
  await pass(-200 * 86_400_000, 2_000)
  expect(told.splice(0)).toEqual(['clock-set'])
  now.network = ''
  await pass(2_000)
  now.network = 'wlan0 192.168.1.7'
  await pass(2_000)
  expect(told).toEqual(['network', 'network'])
  stop()
})
