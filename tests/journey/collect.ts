/** The citizen's half: identify, take the offer with the phone, prove one fact. */
import { z } from 'zod'
import { valueOf, type KioskClient } from './kiosk-client.ts'
import type { Step } from './enrol.ts'
import type { RunningDemonstration } from './running-demonstration.ts'

const zReceived = z.object({ credentials: z.array(z.unknown()).min(1) })
const zAnswer = z.object({ answer: z.string() })

/** Waits until `look` gives something. @throws Error - after `deadlineMs` */
export async function until<T>(
  what: string,
  deadlineMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + deadlineMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what} did not happen within ${deadlineMs} ms`)
}

/** Collects both formats on the phone, identified by the card that still lies on the reader. */
export async function collect(kiosk: KioskClient, world: RunningDemonstration, step: Step) {
  const identified = await step('identify-by-card', async () =>
    valueOf(await kiosk.citizen.identifyByCard.mutate()),
  )
  const offer = await step('offer', async () =>
    valueOf(await kiosk.citizen.offer.mutate({ handle: identified.handle })),
  )
  const received = await step('phone-collects', async () =>
    zReceived.parse(await world.simulate('phone', 'receive', { offer: offer.uri, txCode: offer.txCode })),
  )
  await step('collected', () =>
    until('The offer turning collected', 10_000, async () => {
      const { state } = valueOf(await kiosk.citizen.offerState.query({ offer: offer.offer }))
      return state === 'collected' ? state : undefined
    }),
  )
  return received.credentials.length
}

/** Proves being over 18 in one format while the link is cut. @returns the claims that the kiosk came to see */
export async function reveal(
  kiosk: KioskClient,
  world: RunningDemonstration,
  step: Step,
  format: 'dc+sd-jwt' | 'ldp_vc',
) {
  const request = await step(`ask (${format})`, async () =>
    valueOf(await kiosk.citizen.requestPresentation.mutate({ purpose: 'prove-adult' })),
  )
  const { answer } = await step(`phone-answers (${format})`, async () =>
    zAnswer.parse(await world.simulate('phone', 'present', { request: request.qr, format })),
  )
  return step(`verify-offline (${format})`, async () =>
    valueOf(await kiosk.citizen.verifyPresentation.mutate({ id: request.id, answer })),
  )
}
