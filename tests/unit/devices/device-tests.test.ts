/** What is kept of a technician's tests: figures, for as long as the sign-in lasts. */
import { err, ok } from 'neverthrow'
import { expect, it } from 'vitest'
import type { Staff } from '../../../main/api/session.ts'
import { createDeviceTests } from '../../../main/devices/device-tests.ts'

const signIn = (): Staff => ({ id: 's3', name: 'Karma Wangdi', role: 'technician' })
const summary = [{ fact: 'minutiae' as const, value: '51' }]

it('keeps the figures of a test in their order, and no picture of a finger', () => {
  const tests = createDeviceTests({ now: () => 0 })
  const staff = signIn()
  const picture = { width: 1, height: 1, grey: 'AA==' }
  const found = { summary, picture }
  tests.note(staff, { kind: 'finger-verifier', id: 'a' }, ok(found))
  tests.note(staff, { kind: 'card-reader' }, err({ code: 'card.absent' }))
  expect(JSON.stringify(tests.of(staff))).not.toContain('grey')
  expect(tests.of(staff).map(({ kind, at }) => `${kind} ${at}`)).toEqual([
    'finger-verifier 1970-01-01T00:00:00.000Z',
    'card-reader 1970-01-01T00:00:00.000Z',
  ])
  expect(tests.of(staff)[0]?.result._unsafeUnwrap()).toEqual({ summary })
})

it('begins anew with each sign-in, also of the same person', () => {
  const tests = createDeviceTests({ now: () => 0 })
  tests.note(signIn(), { kind: 'camera' }, ok({ summary }))
  expect(tests.of(signIn())).toEqual([])
})

it('forgets the oldest of very many', () => {
  const tests = createDeviceTests({ now: () => 0 })
  const staff = signIn()
  for (let at = 0; at < 201; at++) tests.note(staff, { kind: 'camera', id: String(at) }, ok({ summary }))
  expect(tests.of(staff)).toHaveLength(200)
  expect(tests.of(staff)[0]?.id).toBe('1')
})
