/** The steps of an enrolment, one by one, as calls of a screen. */
import { demoCitizen } from '../../hardware/simulators/card/demo-citizens.ts'
import type { Answer } from '../../main/api/answer.ts'
import type { Draft } from '../../main/api/z-enrolment.ts'
import { portrait } from '../integration/host-world.ts'
import { valueOf, type KioskClient } from '../journey/kiosk-client.ts'
import type { ChaosWorld } from './chaos-world.ts'

export const citizen: Record<string, string> = demoCitizen.claims
export const picture = portrait()

type Id = Draft['id']

export interface EnrolmentStep {
  name: string
  work: (kiosk: KioskClient, id: Id) => Promise<Answer<Draft>>
}

const slaps = ['left', 'right', 'thumbs'] as const

const names = Object.keys(citizen)
/** Every field is saved by itself; the plug, which costs a start, is pulled after the first, half way and after the last. */
const fieldSteps: EnrolmentStep[] = [names.slice(0, 1), names.slice(1, 7), names.slice(7)].map((some) => ({
  name: `field ${some.at(-1)}`,
  async work(kiosk, id) {
    let draft = await kiosk.enrolment.get.query({ id })
    for (const name of some)
      draft = await kiosk.enrolment.saveFields.mutate({ id, fields: { [name]: citizen[name] ?? '' } })
    return draft
  },
}))

/** Goes to the step, then does its work there. */
const at = (step: Draft['step'], { name, work }: EnrolmentStep): EnrolmentStep => ({
  name,
  async work(kiosk, id) {
    valueOf(await kiosk.enrolment.goTo.mutate({ id, step }))
    return work(kiosk, id)
  },
})

const card = (world: () => ChaosWorld): EnrolmentStep => ({
  name: 'card',
  async work(kiosk, id) {
    const { card: slot } = world()
    if (!slot) return kiosk.enrolment.skipCard.mutate({ id })
    await slot.post('/insert', { card: 'genuine' })
    return kiosk.enrolment.readCard.mutate({ id })
  },
})

/** @returns every step between opening and submitting; the fields before the card, so that each is saved by itself */
export function stepsOf(world: () => ChaosWorld): EnrolmentStep[] {
  return [
    ...fieldSteps.map((step) => at('form', step)),
    at('card', card(world)),
    at('portrait', {
      name: 'portrait',
      work: (kiosk, id) => kiosk.enrolment.savePortrait.mutate({ id, jpeg: picture.toString('base64') }),
    }),
    ...slaps.map((slap) =>
      at('fingers', {
        name: `fingers ${slap}`,
        work: (kiosk, id) => kiosk.enrolment.captureFingers.mutate({ id, slap, exceptions: [] }),
      }),
    ),
    at('consent', {
      name: 'consent',
      work: (kiosk, id) => kiosk.enrolment.consent.mutate({ id, language: 'dz' }),
    }),
    { name: 'sign', work: (kiosk, id) => kiosk.enrolment.goTo.mutate({ id, step: 'sign' }) },
  ]
}

/** Fills a draft without a card, ready to be submitted. @returns it */
export async function fillDraft(kiosk: KioskClient, cid: string): Promise<Draft> {
  const { id } = valueOf(await kiosk.enrolment.open.mutate())
  valueOf(await kiosk.enrolment.skipCard.mutate({ id }))
  valueOf(await kiosk.enrolment.saveFields.mutate({ id, fields: { ...citizen, cid } }))
  valueOf(await kiosk.enrolment.savePortrait.mutate({ id, jpeg: picture.toString('base64') }))
  for (const slap of slaps) valueOf(await kiosk.enrolment.captureFingers.mutate({ id, slap, exceptions: [] }))
  return valueOf(await kiosk.enrolment.consent.mutate({ id, language: 'en' }))
}
