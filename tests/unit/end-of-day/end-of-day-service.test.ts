/** The page of a day, from a real queue and a real log. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DayReport } from '../../../main/api/z-end-of-day.ts'
import { createEndOfDay } from '../../../main/end-of-day/end-of-day-service.ts'
import type { SavedRequest } from '../../../main/requests/requests-service.ts'
import type { RequestId } from '../../../sync/z-facts.ts'
import { fill, freshDisk, officer, openDesk, type Desk, type Faults } from '../enrolment/enrolment-world.ts'

const supervisor = { id: 'supervisor-1', name: 'Sonam Choden', role: 'supervisor' as const }
const pin = '135791'
const always: Faults = { policy: { approval: 'always' } }
let disk: Awaited<ReturnType<typeof freshDisk>>
let desk: Desk

beforeEach(async () => {
  disk = await freshDisk()
  desk = await openDesk(disk.path, always)
})
afterEach(async () => {
  await desk.close()
  await disk.done()
})
async function restart(faults: Faults): Promise<void> {
  await desk.close()
  desk = await openDesk(disk.path, faults)
}
async function signed(): Promise<RequestId> {
  const id = await fill(desk)
  ;(await desk.service.consent(id, 'dz'))._unsafeUnwrap()
  ;(await desk.service.submit(id, officer))._unsafeUnwrap()
  return id
}
function report(): Promise<DayReport> {
  const list = async (): Promise<SavedRequest[]> =>
    (await desk.outbox.list()).map((doc) => ({ doc, state: 'queued', bytesToGo: 1, timeline: [] }))
  const day = createEndOfDay({
    saved: { list, get: async () => undefined },
    approvals: desk.approvals.count,
    drafts: async () => (await desk.service.drafts()).length,
    ...{ audit: desk.audit, staffName: async (id) => id, clock: { now: () => desk.clock.at } },
  })
  return day.report()
}
const savedOn = ({ rows }: DayReport) => rows.reduce((sum, { waiting }) => sum + waiting, 0)

test('what was signed one day and approved the next belongs to the next, and to one day only', async () => {
  const id = await signed()
  const first = await report()
  expect([savedOn(first), first.approvals]).toEqual([0, 1])
  desk.clock.at += 86_400_000
  ;(await desk.approvals.approve(supervisor, id, pin))._unsafeUnwrap()
  const second = await report()
  expect([savedOn(second), second.approvals]).toEqual([1, 0])
  expect(second.agreement).toEqual({ missing: 0, unrecorded: 0 })
})

test('a power cut between the disk and the log is no disagreement', async () => {
  const id = await signed()
  await restart({
    ...always,
    submit: ({ sealAndSave }) => ({
      sealAndSave: async (...sealed) => {
        await sealAndSave(...sealed)
        throw new Error('the power is gone')
      },
    }),
  })
  await expect(desk.approvals.approve(supervisor, id, pin)).rejects.toThrow('the power is gone')
  await restart(always)
  expect(await desk.outbox.has(id)).toBe(true)
  expect((await report()).agreement).toEqual({ missing: 0, unrecorded: 0 })
})
