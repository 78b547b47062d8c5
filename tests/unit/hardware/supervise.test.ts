/** The one piece that looks after the processes of all drivers: PC/SC, HID and libfprint. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { supervise } from '../../../hardware/supervise.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Child {
  say(raw: unknown): void
  end(): void
  killed: boolean
  kill(): void
}

function build({ diesAtStart = false } = {}) {
  const children: Child[] = []
  const resting: boolean[] = []
  const heard: unknown[] = []
  const lost = { times: 0 }
  const driver = supervise<Child>({
    start({ onMessage, onExit }) {
      const child: Child = {
        say: onMessage,
        end: onExit,
        killed: false,
        kill() {
          child.killed = true
          onExit()
        },
      }
      children.push(child)
      if (diesAtStart) onExit()
      return child
    },
    hear: (raw) => heard.push(raw) > 0 && raw !== 'nonsense',
    onLost: () => void (lost.times += 1),
    onResting: (stopped) => void resting.push(stopped),
    clock: { now: () => Date.now() },
  })
  const last = () => children.at(-1) ?? expect.unreachable()
  return { driver, children, last, resting, heard, lost }
}

describe('the process of a driver', () => {
  it('is started again after 3 s, three times in five minutes, then rests until that time is over', () => {
    const { children, last, resting, driver } = build()
    for (let crash = 1; crash <= 3; crash++) {
      last().end()
      expect(driver.process()).toBeUndefined()
      vi.advanceTimersByTime(2_999)
      expect(children).toHaveLength(crash)
      vi.advanceTimersByTime(1)
      expect(children).toHaveLength(crash + 1)
    }
    last().end()
    expect(resting).toEqual([false, false, false, true])
    // The first of the three restarts was 6 s before the last.
    vi.advanceTimersByTime(5 * 60_000 - 6_000 - 1)
    expect(children).toHaveLength(4)
    vi.advanceTimersByTime(1)
    expect(children).toHaveLength(5)
    driver.close()
  })

  it('may crash again and again, if seldom', () => {
    const { children, last, resting, driver } = build()
    for (let crash = 1; crash <= 10; crash++) {
      last().end()
      vi.advanceTimersByTime(3_000)
      for (let minute = 0; minute < 12; minute++) {
        last().say('alive')
        vi.advanceTimersByTime(9_000)
      }
    }
    expect(children).toHaveLength(11)
    expect(resting).toEqual(Array(10).fill(false))
    driver.close()
  })

  it('is ended when it is silent for 10 s or talks nonsense, and that counts as a crash', () => {
    const { children, last, resting, driver } = build()
    vi.advanceTimersByTime(9_999)
    last().say('alive')
    vi.advanceTimersByTime(9_999)
    expect(last().killed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(last().killed).toBe(true)
    vi.advanceTimersByTime(3_000)
    last().say('nonsense')
    expect(children[1]?.killed).toBe(true)
    expect(resting).toEqual([false, false])
    driver.close()
  })

  it('gives way to a fresh one at once and for nothing, and is not heard any more', () => {
    const { children, resting, heard, lost, driver } = build()
    for (let times = 0; times < 10; times++) driver.startAfresh()
    expect(children).toHaveLength(11)
    expect(lost.times).toBe(10)
    children[0]?.say('late')
    children[0]?.end()
    expect(heard).toEqual([])
    expect(resting).toEqual([])
    expect(driver.process()).toBe(children[10])
    driver.close()
  })

  it('need not wait for the next start to be begun afresh', () => {
    const { children, last, driver } = build()
    last().end()
    driver.startAfresh()
    expect(children).toHaveLength(2)
    vi.advanceTimersByTime(9_000)
    expect(children).toHaveLength(2)
    driver.close()
  })

  it('may fail in the moment of its start', () => {
    const { children, resting, driver } = build({ diesAtStart: true })
    expect(driver.process()).toBeUndefined()
    vi.advanceTimersByTime(60_000)
    expect(children).toHaveLength(4)
    expect(resting.at(-1)).toBe(true)
    driver.close()
  })

  it('ends for good', () => {
    const { children, lost, driver } = build()
    driver.close()
    driver.startAfresh()
    vi.advanceTimersByTime(10 * 60_000)
    expect(children).toHaveLength(1)
    expect(children[0]?.killed).toBe(true)
    expect(lost.times).toBeGreaterThanOrEqual(1)
  })
})
