/** A lane cannot go quiet: whatever its work does, it is tried again; silence is ended and told. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Lane, type LaneFault, type LaneRun } from '../../../sync/lane.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const minute = 60_000

function laneOf(run: (run: LaneRun) => Promise<boolean>, more: { isOpen?: () => boolean } = {}) {
  const faults: (LaneFault | undefined)[] = []
  const lane = new Lane({
    ...{ name: 'facts', run, isOpen: more.isOpen ?? (() => true), owes: () => true, restMs: () => 15_000 },
    ...{ watchdogMs: 60_000, clock: { now: () => Date.now() }, random: () => 0.5, onError: () => undefined },
    onFault: (fault) => faults.push(fault),
  })
  return { lane, faults }
}

type Kind = 'well' | 'fails' | 'fails-alive' | 'hangs' | 'hangs-alive'

/** @returns the longest time between the beginnings of two runs */
async function longestGap(script: readonly Kind[], ms: number): Promise<number> {
  const began: number[] = []
  const { lane } = laneOf(async ({ alive, signal }) => {
    const kind = script[began.length % script.length] ?? 'well'
    began.push(Date.now())
    if (kind.endsWith('alive')) alive()
    if (kind.startsWith('fails')) throw new Error('cut')
    // One of them does not even end when it is told to.
    if (kind === 'hangs') await new Promise(() => undefined)
    if (kind === 'hangs-alive')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    return true
  })
  const start = Date.now()
  lane.wake()
  await vi.advanceTimersByTimeAsync(ms)
  await Promise.all([lane.stop(), vi.advanceTimersByTimeAsync(2_000)])
  return Math.max(...[...began, start + ms].map((at, n) => at - (began[n - 1] ?? start)))
}

/** A run that hangs is ended after a minute, and the pause after failures is at most another. */
const longest = 2 * minute + 2_000

test('PouchDB: live sync stops silently for days — in 72 hours of hanging and failing runs none is the last', async () => {
  expect(await longestGap(['hangs', 'fails', 'hangs-alive', 'well', 'hangs'], 72 * 60 * minute)).toBeLessThan(
    longest,
  )
})

test('whatever the runs do, and in whatever order, another one comes', async () => {
  const kinds = fc.constantFrom<Kind>('well', 'fails', 'fails-alive', 'hangs', 'hangs-alive')
  await fc.assert(
    fc.asyncProperty(fc.array(kinds, { minLength: 1, maxLength: 12 }), async (script) => {
      expect(await longestGap(script, 30 * minute)).toBeLessThan(longest)
    }),
    { numRuns: 15 },
  )
})

describe('a run', () => {
  test('without a sign of life is ended, told as stalled, and begun again', async () => {
    let runs = 0
    const { lane, faults } = laneOf(async ({ signal }) => {
      runs += 1
      if (runs > 1) return true
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
      return true
    })
    lane.wake()
    await vi.advanceTimersByTimeAsync(minute)
    expect(faults[0]).toMatchObject({ lane: 'facts', code: 'stalled' })
    await vi.advanceTimersByTimeAsync(3_000)
    expect(runs).toBe(2)
    expect(faults.at(-1)).toBeUndefined()
  })

  test('that shows life goes on for as long as it likes', async () => {
    let over = false
    const { lane, faults } = laneOf(async ({ alive }) => {
      for (let n = 0; n < 30; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, minute / 2))
        alive()
      }
      over = true
      return true
    })
    lane.wake()
    await vi.advanceTimersByTimeAsync(15 * minute)
    expect(over).toBe(true)
    expect(faults).toEqual([])
  })

  test('PouchDB back-off grows to 10 min — ours at most to one minute, and any sign of life resets it', async () => {
    const began: number[] = []
    let life = false
    const { lane, faults } = laneOf(async ({ alive }) => {
      began.push(Date.now())
      if (life) alive()
      throw new Error('cut')
    })
    lane.wake()
    await vi.advanceTimersByTimeAsync(20 * minute)
    expect(faults).toMatchObject([{ code: 'failing', cause: 'Error: cut' }])
    expect((began.at(-1) ?? 0) - (began.at(-2) ?? 0)).toBeGreaterThan(30_000)
    life = true
    await vi.advanceTimersByTimeAsync(minute)
    const before = began.length
    await vi.advanceTimersByTimeAsync(2_000)
    expect(began.length).toBeGreaterThan(before + 1)
  })
})

test('nobody there: it waits without a timer, and runs as soon as it is woken', async () => {
  let there = false
  let runs = 0
  const { lane } = laneOf(
    async () => {
      runs += 1
      return true
    },
    { isOpen: () => there },
  )
  lane.wake()
  await vi.advanceTimersByTimeAsync(minute)
  expect(runs).toBe(0)
  there = true
  lane.wake()
  await vi.advanceTimersByTimeAsync(1)
  expect(runs).toBe(1)
})

test('another network ends what waits on the old one', async () => {
  const ended: boolean[] = []
  const { lane } = laneOf(async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    ended.push(true)
    throw new Error('ended')
  })
  lane.wake()
  await vi.advanceTimersByTimeAsync(1_000)
  lane.restart()
  await vi.advanceTimersByTimeAsync(100)
  expect(ended).toEqual([true])
})

test('tells whoever asks why nothing goes: tries, cause, the next one, and when it last carried something', async () => {
  let life: 'good' | 'bad' = 'good'
  let there = true
  const { lane } = laneOf(
    async () => {
      if (life === 'bad') throw new TypeError('cut off')
      return true
    },
    { isOpen: () => there },
  )
  lane.wake()
  await vi.advanceTimersByTimeAsync(1)
  const carriedAt = Date.now()
  expect(lane.state).toEqual({
    ...{ lane: 'facts', running: false, owes: true, failures: 0 },
    ...{ carriedAt: expect.any(Number), nextInMs: expect.any(Number) },
  })
  life = 'bad'
  await vi.advanceTimersByTimeAsync(15_000 + 3_000)
  expect(lane.state).toMatchObject({ failures: 3, cause: 'TypeError: cut off' })
  expect(lane.state.carriedAt).toBeLessThanOrEqual(carriedAt)
  expect(lane.state.nextInMs).toBeGreaterThan(0)
  there = false
  await vi.advanceTimersByTimeAsync(minute)
  // It waits for the link and not for a time.
  expect(lane.state.nextInMs).toBeUndefined()
  there = true
  life = 'good'
  lane.wake()
  await vi.advanceTimersByTimeAsync(1)
  expect(lane.state).toMatchObject({ failures: 0 })
  expect(lane.state.cause).toBeUndefined()
})
