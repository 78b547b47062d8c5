import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSessions, readCookie } from '../../../main/shell/browser/sessions.ts'

const random = (bytes: number) => randomBytes(bytes)
const staff = { id: 's1', name: 'Officer', role: 'officer' } as const

describe('sessions', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are found by their own cookie only', () => {
    const sessions = createSessions({ random, port: 4000 })
    const value = sessions.open()
    const session = sessions.find(`other=1; kiosk-4000=${value}`)
    expect(session?.staff).toBeUndefined()
    expect(sessions.find(`kiosk-4000=${value}`)).toBe(session)
    for (const header of [undefined, '', `kiosk-4001=${value}`, 'kiosk-4000=', `kiosk-4000=${value}x`]) {
      expect(sessions.find(header)).toBeUndefined()
    }
  })
  it('keep who is signed in over a short loss of the window, and no longer', () => {
    const sessions = createSessions({ random, port: 1, signOutAfterMs: 1_000 })
    const session = sessions.find(`kiosk-1=${sessions.open()}`)
    if (!session) throw new Error('no session')
    const end = sessions.connected(session)
    session.staff = staff
    end?.()
    vi.advanceTimersByTime(900)
    const endAgain = sessions.connected(session)
    vi.advanceTimersByTime(5_000)
    expect(session.staff).toEqual(staff)
    endAgain?.()
    vi.advanceTimersByTime(1_001)
    expect(session.staff).toBeUndefined()
  })
  it('do not count a connection twice when its end comes twice', () => {
    const sessions = createSessions({ random, port: 1, mostConnections: 2 })
    const session = sessions.find(`kiosk-1=${sessions.open()}`)
    if (!session) throw new Error('no session')
    const end = sessions.connected(session)
    sessions.connected(session)
    expect(sessions.connected(session)).toBeUndefined()
    end?.()
    end?.()
    expect(sessions.connected(session)).toBeDefined()
    expect(sessions.connected(session)).toBeUndefined()
  })
  it('are limited in number; one without a window goes first', () => {
    const sessions = createSessions({ random, port: 1, mostSessions: 2 })
    const [first, second] = [sessions.open(), sessions.open()]
    const busy = sessions.find(`kiosk-1=${first}`)
    if (busy) sessions.connected(busy)
    sessions.open()
    expect(sessions.find(`kiosk-1=${first}`)).toBe(busy)
    expect(sessions.find(`kiosk-1=${second}`)).toBeUndefined()
  })
})

describe('reading a cookie', () => {
  it.each([
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['a=1=2', '1=2'],
    ['a=1; a=2', undefined],
    ['aa=1', undefined],
    ['a', ''],
    ['', undefined],
  ])('%j', (header, value) => expect(readCookie(header, 'a')).toBe(value))
})
