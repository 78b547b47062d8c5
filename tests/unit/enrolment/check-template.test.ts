/** A template of one finger: asked for, agreed to, kept with the request, and with nothing else. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RequestId } from '../../../sync/z-facts.ts'
import { fill, freshDisk, officer, openDesk, type Desk } from './enrolment-world.ts'

let disk: Awaited<ReturnType<typeof freshDisk>>
let desk: Desk
beforeEach(async () => {
  disk = await freshDisk()
  desk = await openDesk(disk.path)
})
afterEach(async () => {
  await desk.close()
  await disk.done()
})

async function make(id: RequestId, finger: 'Right IndexFinger' | 'Left Thumb' = 'Right IndexFinger') {
  const steps = []
  for await (const step of desk.service.makeCheckTemplate(id, finger, AbortSignal.timeout(1_000)))
    steps.push(step)
  return steps.at(-1)
}
const view = async (id: RequestId) => (await desk.service.get(id))._unsafeUnwrap()

test('is kept when the citizen has agreed and the request is saved, and not before', async () => {
  const id = await fill(desk)
  expect(await make(id)).toMatchObject({
    kind: 'kept',
    draft: { checkTemplate: { finger: 'Right IndexFinger' } },
  })
  expect((await desk.service.submit(id, officer))._unsafeUnwrapErr().code).toBe('consent.missing')
  expect(desk.templates).toEqual([])
  await desk.service.consent(id, 'dz')
  ;(await desk.service.submit(id, officer))._unsafeUnwrap()
  expect(desk.templates).toEqual([{ id, finger: 'Right IndexFinger', template: 'FP3 of the citizen' }])
})

test('a template that was made or left out afterwards asks for consent again', async () => {
  const id = await fill(desk)
  await desk.service.consent(id, 'en')
  await make(id)
  expect((await view(id)).consent).toBeUndefined()
  await desk.service.consent(id, 'en')
  await desk.service.dropCheckTemplate(id)
  expect(await view(id)).not.toHaveProperty('consent')
  expect(await view(id)).not.toHaveProperty('checkTemplate')
  await desk.service.consent(id, 'en')
  ;(await desk.service.submit(id, officer))._unsafeUnwrap()
  expect(desk.templates).toEqual([])
})

test('only the last one counts, a finger that is an exception gives none, and a discarded draft leaves none', async () => {
  const id = await fill(desk)
  await make(id, 'Left Thumb')
  await make(id)
  expect((await view(id)).checkTemplate).toEqual({ finger: 'Right IndexFinger' })
  await desk.service.captureFingers(id, 'thumbs', [{ finger: 'Left Thumb', reason: 'injured' }], undefined)
  expect(await make(id, 'Left Thumb')).toMatchObject({ kind: 'failed', code: 'kiosk.bad-request' })
  await desk.service.discard(id)
  expect(await make(id)).toMatchObject({ kind: 'failed', code: 'draft.gone' })
  expect(desk.templates).toEqual([])
})
