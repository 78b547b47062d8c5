/** A limit that is reached stops new enrolments, and nothing that is open. */
import { err, ok } from 'neverthrow'
import { expect, test } from 'vitest'
import { zLimits } from '../../../sync/limits.ts'
import { createLimitWatch } from '../../../main/status/limit-watch.ts'
import { fill, freshDisk, officer, openDesk } from './enrolment-world.ts'

test('a new one is refused with the limit’s code, while one that is open goes on to its end', async () => {
  const disk = await freshDisk()
  const limit = { reached: false }
  const desk = await openDesk(disk.path, {
    mayOpen: async () => (limit.reached ? err({ code: 'limit.contact' }) : ok(null)),
  })
  const id = await fill(desk)
  limit.reached = true
  expect((await desk.service.open(officer))._unsafeUnwrapErr()).toEqual({ code: 'limit.contact' })
  ;(await desk.service.consent(id, 'en'))._unsafeUnwrap()
  expect((await desk.service.submit(id, officer)).isOk()).toBe(true)
  await desk.close()
  await disk.done()
})

test('each limit stops at its end with its own code, and a setting that is changed changes it', async () => {
  const figures = { age: 0, waiting: 0, free: 50e9, approvals: 0 }
  const watch = (limits: object) =>
    createLimitWatch({
      sync: {
        contactAgeMs: () => figures.age,
        queue: async () => ({ waiting: figures.waiting, bytesToGo: 0 }),
      },
      limits: zLimits.parse(limits),
      freeBytes: async () => figures.free,
      approvals: async () => figures.approvals,
    })
  const codeOf = async (limits: object = {}) => {
    const may = await watch(limits).mayEnrol()
    return may.isErr() ? may.error.code : undefined
  }
  expect(await codeOf()).toBeUndefined()
  figures.age = 31 * 86_400_000
  expect(await codeOf()).toBe('limit.contact')
  expect(await codeOf({ contactDays: 60 })).toBeUndefined()
  figures.age = 0
  figures.waiting = 1_000
  expect(await codeOf()).toBe('limit.waiting')
  expect(await codeOf({ waiting: 5_000 })).toBeUndefined()
  figures.waiting = 0
  figures.free = 400e6
  expect(await codeOf()).toBe('limit.disk')
  expect(await codeOf({ diskReserveMb: 100 })).toBeUndefined()
  figures.free = 50e9
  figures.approvals = 100
  expect(await codeOf()).toBe('limit.approvals')
  expect((await watch({}).current())[0]).toEqual({
    ...{ kind: 'approvals', percent: 100, level: 'stop', now: 100, stopAt: 100 },
  })
})
