/** Honest clock: the age of the last contact is the largest of three, and setting a clock back resets nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ContactClock } from '../../../sync/contact-clock.ts'

const day = 86_400_000
let folder = ''
let now = { wall: 0, steady: 0, signed: undefined as number | undefined }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-contact-'))
  now = { wall: Date.parse('2026-03-01T09:00:00Z'), steady: 0, signed: Date.parse('2026-03-01T08:00:00Z') }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () =>
  ContactClock.open({
    ...{ path: join(folder, 'contact.json'), clock: { now: () => now.wall }, steady: () => now.steady },
    ...{ newestSigned: () => now.signed, onProblem: () => undefined },
  })
const daysOf = (clock: ContactClock) => clock.ageMs() / day

test('clock turned back 200 days: neither in a running kiosk nor over a restart is the age less', async () => {
  const clock = await open()
  clock.contact()
  await clock.save()
  now.wall += 20 * day
  now.steady += 20 * day
  expect(daysOf(clock)).toBe(20)
  now.wall -= 200 * day
  expect(daysOf(clock)).toBe(20)
  await clock.save()
  now.steady = 0
  const again = await open()
  expect(daysOf(again)).toBe(20)
  now.steady += day
  expect(daysOf(again)).toBe(21)
  await again.save()
})

test('days that the kiosk was off count by the wall clock, and stay counted when that is turned back', async () => {
  const clock = await open()
  clock.contact()
  await clock.save()
  now.wall += 12 * day
  const off = await open()
  expect(daysOf(off)).toBe(12)
  now.wall -= 200 * day
  expect(daysOf(await open())).toBe(12)
})

test('what the issuer signed later, on a stick, says that time has passed', async () => {
  const clock = await open()
  clock.contact()
  now.wall -= 200 * day
  now.signed = (now.signed ?? 0) + 9 * day
  expect(daysOf(clock)).toBe(9)
  await clock.save()
})

test('only an answer makes it young again; before the first there is nothing to wait for', async () => {
  const clock = await open()
  expect(daysOf(clock)).toBe(0)
  clock.contact()
  now.wall += 5 * day
  expect(daysOf(clock)).toBe(5)
  clock.contact()
  expect(daysOf(clock)).toBe(0)
  expect(clock.lastContact()).toBe('2026-03-06T09:00:00.000Z')
  await clock.save()
})
