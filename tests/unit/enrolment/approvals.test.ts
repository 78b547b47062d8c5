/** Four eyes at the kiosk: what a policy sends to a supervisor waits, is changed by nobody, and goes on or goes back. */
import { err, type Result } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Failure } from '../../../main/api/answer.ts'
import { expireDrafts } from '../../../main/enrolment/expire-drafts.ts'
import { serialWork } from '../../../main/serial-work.ts'
import { openPacket } from '../../../sync/packet.ts'
import type { RequestId } from '../../../sync/z-facts.ts'
import { zPacket } from '../../../sync/z-packet.ts'
import { fill, freshDisk, issuerKeys, officer, openDesk, type Desk, type Faults } from './enrolment-world.ts'

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
async function restart(faults: Faults = always): Promise<void> {
  await desk.close()
  desk = await openDesk(disk.path, faults)
}
const valueOf = <T>(result: Result<T, Failure>): T => result._unsafeUnwrap()
const codeOf = (result: Result<unknown, Failure>) => (result.isErr() ? result.error.code : 'ok')

async function ready(): Promise<RequestId> {
  const id = await fill(desk)
  valueOf(await desk.service.consent(id, 'dz'))
  return id
}
async function signed(): Promise<RequestId> {
  const id = await ready()
  valueOf(await desk.service.submit(id, officer))
  return id
}
const waits = async () => (await desk.approvals.list(supervisor)).map(({ id }) => id)

describe('an enrolment that a supervisor must look at', () => {
  test('is not sealed when the officer signs, and its slip says that it waits', async () => {
    const id = await ready()
    const slip = valueOf(await desk.service.submit(id, officer))
    expect(slip).toMatchObject({ request: id, officer: officer.name, waits: 'approval' })
    expect(await desk.outbox.has(id)).toBe(false)
    expect(valueOf(await desk.service.submit(id, officer))).toEqual(slip)
    expect(await desk.approvals.list(supervisor)).toMatchObject([
      { id, officer: officer.name, why: ['policy'], own: false },
    ])
    expect(await desk.service.drafts()).toEqual([])
  })
  test('is changed by nobody, and survives a power cut and its age', async () => {
    const id = await signed()
    const before = await desk.store.get(id)
    for (const change of [
      await desk.service.saveFields(id, { fullName: 'Somebody Else' }),
      await desk.service.goTo(id, 'form'),
      await desk.service.consent(id, 'en'),
      await desk.service.discard(id),
    ])
      expect(codeOf(change)).toBe('draft.waits-for-approval')
    desk.clock.at += 400 * 86_400_000
    const { store, clock, audit } = desk
    const rules = { store, clock, audit, ttlDays: 30, clockIsTrusted: () => true, serial: serialWork() }
    expect(await expireDrafts(rules)).toBe(0)
    await restart()
    expect(await desk.store.get(id)).toEqual(before)
    expect(await waits()).toEqual([id])
  })
  test('is approved by somebody else, who says again who it is, and both names go to the issuer', async () => {
    const id = await signed()
    expect(codeOf(await desk.approvals.approve({ ...supervisor, id: officer.id }, id, pin))).toBe(
      'approval.own-work',
    )
    expect(codeOf(await desk.approvals.approve(supervisor, id, '000000'))).toBe('sign-in.wrong-pin')
    expect(await waits()).toEqual([id])
    const slip = valueOf(await desk.approvals.approve(supervisor, id, pin))
    expect(slip).not.toHaveProperty('waits')
    const doc = await desk.outbox.get(id)
    if (!doc) throw new Error('no document')
    const packet = zPacket.parse((await openPacket(doc.sealed, issuerKeys.sealing))._unsafeUnwrap())
    expect(packet.staff).toEqual({ officer: officer.id, supervisor: supervisor.id })
    expect(packet.times.submitted).toBe(slip.created)
    expect(Date.parse(packet.times.approved ?? '')).toBeGreaterThan(Date.parse(packet.times.submitted))
    expect(await desk.store.get(id)).toBeUndefined()
    expect(await waits()).toEqual([])
    // Impatient, and again after all is done: the same.
    expect(valueOf(await desk.approvals.approve(supervisor, id, pin))).toEqual(slip)
  })
  test('goes back to the step that is meant, with the reason, and comes again', async () => {
    const id = await signed()
    valueOf(
      await desk.approvals.sendBack(supervisor, id, { reason: 'fingers', note: 'Left hand again, please' }),
    )
    expect(await waits()).toEqual([])
    // The citizen's slip still names something.
    expect((await desk.approvals.held()).map((one) => one.id)).toEqual([id])
    const [draft] = await desk.service.drafts()
    expect(draft).toMatchObject({
      ...{ id, step: 'fingers', consent: { language: 'dz' } },
      returned: { reason: 'fingers', note: 'Left hand again, please', by: supervisor.id },
    })
    valueOf(await desk.service.submit(id, officer))
    expect(await waits()).toEqual([id])
    expect((await desk.store.get(id))?.returned).toBeUndefined()
  })
  test('goes back without the consent where that is what is wrong', async () => {
    const id = await signed()
    valueOf(await desk.approvals.sendBack(supervisor, id, { reason: 'consent' }))
    expect(codeOf(await desk.service.submit(id, officer))).toBe('consent.missing')
  })
  test('is gone for whoever comes second', async () => {
    const id = await signed()
    valueOf(await desk.approvals.sendBack(supervisor, id, { reason: 'other' }))
    for (const late of [
      await desk.approvals.sendBack(supervisor, id, { reason: 'other' }),
      await desk.approvals.approve(supervisor, id, pin),
      await desk.approvals.compare(id),
    ])
      expect(codeOf(late)).toBe('approval.gone')
  })
  test('waits on where the disk is full, and is sealed once where the power went right after', async () => {
    const id = await signed()
    await restart({ ...always, submit: () => ({ sealAndSave: async () => err({ code: 'save.disk-full' }) }) })
    expect(codeOf(await desk.approvals.approve(supervisor, id, pin))).toBe('save.disk-full')
    expect(await waits()).toEqual([id])

    await restart({
      ...always,
      store: (store) => ({ ...store, remove: () => Promise.reject(new Error('cut')) }),
    })
    valueOf(await desk.approvals.approve(supervisor, id, pin))
    expect(await waits()).toEqual([])
    await restart()
    expect(await desk.store.get(id)).toBeUndefined()
    expect(await desk.outbox.has(id)).toBe(true)
  })
})

describe('what was sent back', () => {
  test('does not go by its age, for a citizen holds its slip', async () => {
    const id = await signed()
    valueOf(await desk.approvals.sendBack(supervisor, id, { reason: 'fingers' }))
    desk.clock.at += 400 * 86_400_000
    const { store, clock, audit } = desk
    const rules = { store, clock, audit, ttlDays: 30, clockIsTrusted: () => true, serial: serialWork() }
    expect(await expireDrafts(rules)).toBe(0)
    expect(await desk.store.get(id)).toBeDefined()
  })
  test('is found by the number as it was put right, and by no other, after a restart too', async () => {
    const id = await signed()
    const wrong = (await desk.store.get(id))?.fields['cid'] ?? ''
    const right = '10101000999'
    valueOf(await desk.approvals.sendBack(supervisor, id, { reason: 'details' }))
    valueOf(await desk.service.saveFields(id, { cid: right }))
    valueOf(await desk.service.consent(id, 'dz'))
    valueOf(await desk.service.submit(id, officer))
    valueOf(await desk.approvals.approve(supervisor, id, pin))
    for (const _ of ['now', 'after a restart']) {
      expect([desk.index.byCid(wrong), desk.index.byCid(right)]).toEqual([[], [id]])
      await restart()
    }
  })
})

test('who is no supervisor any more, by the list of now, approves nothing', async () => {
  const id = await signed()
  await restart({ ...always, roleNow: 'officer' })
  expect(codeOf(await desk.approvals.approve(supervisor, id, pin))).toBe('role.forbidden')
  expect(await desk.outbox.has(id)).toBe(false)
  expect(await waits()).toEqual([id])
})

describe('a policy', () => {
  test('of exceptions sends on what needed none, and keeps what did', async () => {
    await restart({ policy: { approval: 'exceptions' } })
    const plain = await ready()
    expect(valueOf(await desk.service.submit(plain, officer))).not.toHaveProperty('waits')
    const other = await fill(desk)
    await desk.service.captureFingers(
      other,
      'thumbs',
      [{ finger: 'Left Thumb', reason: 'missing' }],
      undefined,
    )
    valueOf(await desk.service.consent(other, 'en'))
    expect(valueOf(await desk.service.submit(other, officer))).toMatchObject({ waits: 'approval' })
    expect(await desk.approvals.list(supervisor)).toMatchObject([{ why: ['finger-exceptions'] }])
  })
  test('that keeps something begins with what is whole: a gap is told to the officer', async () => {
    const id = await fill(desk)
    expect(codeOf(await desk.service.submit(id, officer))).toBe('consent.missing')
    expect(await waits()).toEqual([])
  })
})

test('what was typed stands beside what the card says', async () => {
  const { id } = valueOf(await desk.service.open(officer))
  const stored = await desk.store.get(id)
  if (!stored) throw new Error('no draft')
  await desk.store.put({
    ...stored,
    fields: { fullName: 'Tashi  wangmo', cid: '10000000001', gewog: 'Shaba' },
    card: {
      state: 'verified',
      file: 'AA',
      filled: { fullName: 'Tashi Wangmo', cid: '10000000002' },
      readAt: stored.opened,
    },
    signed: { at: stored.opened, officer: officer.id, why: ['policy'] },
  })
  expect(valueOf(await desk.approvals.compare(id))).toEqual([
    { field: 'fullName', typed: 'Tashi  wangmo', document: 'Tashi Wangmo', same: true },
    { field: 'cid', typed: '10000000001', document: '10000000002', same: false },
    { field: 'gewog', typed: 'Shaba', same: true },
  ])
})
