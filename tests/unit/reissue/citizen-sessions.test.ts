import { randomBytes } from 'node:crypto'
import { ulid } from 'ulid'
import { beforeEach, expect, test } from 'vitest'
import { createCitizenSessions, type CitizenSessions } from '../../../main/reissue/citizen-sessions.ts'
import { zRequestId } from '../../../sync/z-facts.ts'

let now: number
let sessions: CitizenSessions
beforeEach(() => {
  now = Date.UTC(2026, 0, 1)
  sessions = createCitizenSessions({ now: () => now }, randomBytes)
})
const open = { state: 'open' } as const
const slip = () => ({ by: 'slip' as const, request: zRequestId.parse(ulid()) })

test('a handle is good in its own window only, and says nothing of whom it stands for', () => {
  const identity = slip()
  const handle = sessions.remember('a', identity, open)
  expect(sessions.recall('a', handle)).toBe(identity)
  expect(sessions.recall('b', handle)).toBeUndefined()
  expect(handle).not.toContain(identity.request)
  expect(sessions.remember('a', identity, open)).not.toBe(handle)
})

test('leaving overwrites what the card said, and forgets handles and offers of that window', () => {
  const file = Uint8Array.from([1, 2, 3])
  const handle = sessions.remember('a', { by: 'card', file, claims: {}, requests: [] }, open)
  const other = sessions.remember('b', slip(), open)
  sessions.rememberOffer('a', 'offer-1')
  sessions.wipe('a')
  expect([...file]).toEqual([0, 0, 0])
  expect(sessions.recall('a', handle)).toBeUndefined()
  expect(sessions.hasOffer('a', 'offer-1')).toBe(false)
  expect(sessions.recall('b', other)).toBeDefined()
})

test('a window that is gone for ten minutes is wiped without anybody saying so, also when the clock goes back', () => {
  for (const step of [601_000, -601_000]) {
    const file = Uint8Array.from([1, 2, 3])
    sessions.remember('a', { by: 'card', file, claims: {}, requests: [] }, open)
    now += step
    sessions.recall('b', 'anything')
    expect([...file]).toEqual([0, 0, 0])
  }
})

test('one window cannot fill the memory', () => {
  const first = sessions.remember('a', slip(), open)
  for (let i = 0; i < 20; i += 1) sessions.remember('a', slip(), open)
  expect(sessions.recall('a', first)).toBeUndefined()
})

test('closing wipes every window', () => {
  const files = ['a', 'b'].map((window) => {
    const file = Uint8Array.from([9])
    sessions.remember(window, { by: 'card', file, claims: {}, requests: [] }, open)
    return file
  })
  sessions.wipeAll()
  expect(files.map(([byte]) => byte)).toEqual([0, 0])
})
