/** A disk that is really full: the kiosk says so, keeps what it has, and goes on when there is room again. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import type { Draft } from '../../main/api/z-enrolment.ts'
import { until } from '../integration/host-world.ts'
import { valueOf } from '../journey/kiosk-client.ts'
import { auditTrouble, createChaosWorld, type ChaosWorld } from './chaos-world.ts'
import { citizen, fillDraft, picture } from './enrolment.ts'
import { signIn, startInVain, type KioskProcess } from './kiosk-process.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'

let world: ChaosWorld
let disk: SmallDisk | string
let running: KioskProcess | undefined
let data = ''
let draft: Draft

beforeAll(async () => {
  world = await createChaosWorld()
  disk = mountSmallDisk(join(world.folder, 'disk'), 24)
  if (typeof disk === 'string') return
  data = join(disk.path, 'kiosk')
  running = await world.start(data)
  await signIn(running)
})
afterAll(async () => {
  await running?.kill()
  if (typeof disk === 'object') disk.close()
  await world?.close()
})

/** Skips the test, with the reason, where no small disk can be made. */
function parts(context: TestContext): { disk: SmallDisk; running: KioskProcess } {
  if (typeof disk === 'string') return context.skip(`a small disk cannot be mounted here: ${disk}`)
  if (!running) throw new Error('The kiosk did not start')
  return { disk, running }
}

const full = { ok: false, code: 'save.disk-full', retry: 'now' }

test('a draft says save.disk-full at every step, and stays as it was', async (context) => {
  const { disk, running } = parts(context)
  const { enrolment } = running.kiosk
  draft = await fillDraft(running.kiosk, citizen['cid'] ?? '')
  const { id } = draft
  disk.fill()
  const other = Buffer.concat([picture.subarray(0, -2), Buffer.alloc(64), picture.subarray(-2)])
  expect(await enrolment.savePortrait.mutate({ id, jpeg: other.toString('base64') })).toMatchObject(full)
  // Small ones go as long as there is room in the last page of a file: what was acknowledged then is kept, too.
  const refused = await until('A small change being refused', async () => {
    const step = draft.step === 'sign' ? 'consent' : 'sign'
    const answer = await enrolment.goTo.mutate({ id, step })
    if (!answer.ok) return answer
    draft = answer.value
    return undefined
  })
  expect(refused).toMatchObject(full)
  expect(valueOf(await enrolment.get.query({ id }))).toEqual(draft)
})

test('submitting says save.disk-full, leaves no half of a request, and the draft untouched', async (context) => {
  const { running } = parts(context)
  const { id } = draft
  for (let time = 0; time < 2; time += 1) {
    expect(await running.kiosk.enrolment.submit.mutate({ id })).toMatchObject(full)
  }
  expect(await running.kiosk.requests.list.query()).toEqual([])
  expect(valueOf(await running.kiosk.enrolment.get.query({ id }))).toEqual(draft)
  expect(await running.kiosk.enrolment.drafts.query()).toEqual([draft])
})

test('nobody is locked out or let in by it', async (context) => {
  const { running } = parts(context)
  const { name, pin } = { name: 'Sonam Choden', pin: '135791' }
  expect(await running.kiosk.session.signIn.mutate({ name, pin: '000000' })).toMatchObject(full)
  expect(await running.kiosk.session.signIn.mutate({ name, pin })).toMatchObject(full)
})

test('with room again the same draft is submitted, and a pulled plug after that takes nothing back', async (context) => {
  const { disk, running: before } = parts(context)
  const { id } = draft
  disk.free()
  const second = await fillDraft(before.kiosk, '10702001935')
  const slip = valueOf(await before.kiosk.enrolment.submit.mutate({ id }))
  expect(slip).toMatchObject({ request: id })
  await before.kill()
  running = await world.start(data)
  await signIn(running)
  expect(await running.kiosk.requests.list.query()).toMatchObject([{ id }])
  expect(await running.kiosk.enrolment.drafts.query()).toEqual([second])
  expect(valueOf(await running.kiosk.enrolment.submit.mutate({ id }))).toEqual(slip)
  draft = second
})

test('a start on a full disk says so in plain words and harms nothing', async (context) => {
  const { disk, running: before } = parts(context)
  await before.kill()
  disk.fill()
  const { code, stderr } = await startInVain(world.args(data))
  expect(code).toBe(4)
  expect(stderr).toContain(`There is no room left on the disk of ${data}. Nothing is lost.`)
  expect(stderr).not.toMatch(/\n\s+at /)
  disk.free()
  running = await world.start(data)
  await signIn(running)
  expect(await running.kiosk.enrolment.drafts.query()).toEqual([draft])
  expect(auditTrouble(data)).toBeUndefined()
})
