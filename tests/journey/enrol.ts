/** The officer's half of the journey, through the contract that the screens use. */
import { decode, encode } from 'jpeg-js'
import { z } from 'zod'
import { zRequestId } from '../../sync/z-facts.ts'
import { valueOf, type KioskClient } from './kiosk-client.ts'
import type { RunningDemonstration } from './running-demonstration.ts'

export interface Step {
  <T>(name: string, work: () => Promise<T>): Promise<T>
}

/** The middle of the camera's picture, upright, as the portrait screen cuts it. */
export function cutPortrait(frame: Uint8Array): Buffer {
  const picture = decode(frame, { maxMemoryUsageInMB: 64 })
  const width = Math.round((picture.height * 3) / 4)
  const left = Math.floor((picture.width - width) / 2)
  const cut = Buffer.alloc(width * picture.height * 4)
  for (let y = 0; y < picture.height; y += 1) {
    const from = (y * picture.width + left) * 4
    cut.set(picture.data.subarray(from, from + width * 4), y * width * 4)
  }
  return encode({ data: cut, width, height: picture.height }, 88).data
}

/** Enrols the citizen of the demo card. @returns what the tests search the disk for, and the slip */
export async function enrol(kiosk: KioskClient, world: RunningDemonstration, step: Step) {
  const officer = world.ready.signIns.find(({ role }) => role === 'officer')
  if (!officer) throw new Error('The demonstration has no officer')
  await step('sign-in', async () =>
    valueOf(await kiosk.session.signIn.mutate({ name: officer.name, pin: officer.pin })),
  )
  const { id } = await step('open-draft', async () => valueOf(await kiosk.enrolment.open.mutate()))
  zRequestId.parse(id)
  const withCard = await step('read-card', async () => {
    await world.simulate('card', 'insert', { card: 'genuine' })
    return valueOf(await kiosk.enrolment.readCard.mutate({ id }))
  })
  const form = await step('fill-form', async () => {
    const draft = valueOf(await kiosk.enrolment.saveFields.mutate({ id, fields: withCard.fields }))
    if (draft.problems.length > 0) throw new Error(`The form has problems: ${JSON.stringify(draft.problems)}`)
    return draft
  })
  const portrait = await step('portrait', async () => {
    await world.simulate('camera', 'show', { show: 'face' })
    const jpeg = cutPortrait(z.instanceof(Uint8Array).parse(await world.simulate('camera', 'frame.jpg')))
    valueOf(await kiosk.enrolment.savePortrait.mutate({ id, jpeg: jpeg.toString('base64') }))
    return jpeg
  })
  await step('fingers', async () => {
    await world.simulate('sbi', 'finger', { quality: 82, present: true })
    for (const slap of ['left', 'right', 'thumbs'] as const) {
      valueOf(await kiosk.enrolment.captureFingers.mutate({ id, slap, exceptions: [] }))
    }
  })
  await step('consent', async () => valueOf(await kiosk.enrolment.consent.mutate({ id, language: 'dz' })))
  const slip = await step('seal-and-save', async () => valueOf(await kiosk.enrolment.submit.mutate({ id })))
  return { slip, fields: form.fields, portrait }
}
