/** The limits of a kiosk with its real queue and its honest clock, as its config says them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { zConfig } from '../../../main/config.ts'
import { createLimitWatch, freeBytesOf } from '../../../main/status/limit-watch.ts'
import { ContactClock } from '../../../sync/contact-clock.ts'

const day = 86_400_000
let folder = ''
let now = { wall: 0, steady: 0 }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-limits-'))
  now = { wall: Date.parse('2026-03-01T09:00:00Z'), steady: 0 }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const openClock = () =>
  ContactClock.open({
    ...{ path: join(folder, 'contact.json'), clock: { now: () => now.wall }, steady: () => now.steady },
    ...{ newestSigned: () => undefined, onProblem: () => undefined },
  })
function watchOf(contact: ContactClock, limits: object = {}) {
  const sync = { contactAgeMs: () => contact.ageMs(), queue: async () => ({ waiting: 0, bytesToGo: 0 }) }
  const config = zConfig.parse({ dataDir: folder, limits })
  return createLimitWatch({ sync, limits: config.limits, freeBytes: async () => 50e9 })
}
const codeOf = async (watch: ReturnType<typeof watchOf>) => {
  const may = await watch.mayEnrol()
  return may.isErr() ? may.error.code : 'may begin'
}

test('every limit trusts the local clock: turned back 200 days, over a restart too, it resets nothing', async () => {
  const clock = await openClock()
  clock.contact()
  const levels: (string | undefined)[] = ['none']
  for (let days = 0; days < 31; days += 1) {
    now.wall += day
    now.steady += day
    const level = (await watchOf(clock).current())[0]?.level
    if ((level ?? 'none') !== levels.at(-1)) levels.push(level)
  }
  expect(levels).toEqual(['none', '50', '80', '95', 'stop'])
  expect(await codeOf(watchOf(clock))).toBe('limit.contact')
  now.wall -= 200 * day
  expect(await codeOf(watchOf(clock))).toBe('limit.contact')
  await clock.save()
  now.steady = 0
  const again = await openClock()
  expect(await codeOf(watchOf(again))).toBe('limit.contact')
  // Only a word of the issuer lifts it.
  again.contact()
  expect(await codeOf(watchOf(again))).toBe('may begin')
  await again.save()
})

test('time-out settings ignored: days without contact as they stand in the configuration', async () => {
  const clock = await openClock()
  clock.contact()
  now.wall += 10 * day
  expect(await codeOf(watchOf(clock))).toBe('may begin')
  expect(await codeOf(watchOf(clock, { contactDays: 10 }))).toBe('limit.contact')
  expect(await codeOf(watchOf(clock, { contactDays: 11 }))).toBe('may begin')
  await clock.save()
})

test('the room on the disk is the file system’s own figure, and unknown where there is none', async () => {
  expect(await freeBytesOf(folder)()).toBeGreaterThan(0)
  expect(await freeBytesOf(join(folder, 'not-there'))()).toBeUndefined()
})
