import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createConnection, type ConnectionState } from '../../../renderer/lib/api/connection.ts'

describe("the page's connection", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is unreachable only after its patience, and open as soon as it is', () => {
    const connection = createConnection(3_000)
    const seen: ConnectionState[] = []
    connection.subscribe((state) => seen.push(state))
    vi.advanceTimersByTime(2_999)
    expect(seen).toEqual(['connecting'])
    vi.advanceTimersByTime(1)
    connection.report(false)
    connection.report(true)
    connection.report(false)
    vi.advanceTimersByTime(1_000)
    connection.report(true)
    vi.advanceTimersByTime(10_000)
    expect(seen).toEqual(['connecting', 'unreachable', 'open', 'connecting', 'open'])
  })
  it('counts the patience from the first loss, however often it tries', () => {
    const connection = createConnection(1_000)
    connection.report(true)
    for (let tries = 0; tries < 5; tries += 1) {
      connection.report(false)
      vi.advanceTimersByTime(250)
    }
    expect(connection.get()).toBe('unreachable')
  })
  it('tells nobody who has left', () => {
    const connection = createConnection(1_000)
    const leave = vi.fn()
    connection.subscribe(leave)()
    connection.report(true)
    expect(leave).toHaveBeenCalledTimes(1)
  })
})
