/** One journey, end to end, against real processes: enrol, queue while the issuer is away, sync, issue, collect, reveal. */
import { collect, reveal, until } from './collect.ts'
import { enrol, type Step } from './enrol.ts'
import { findInTheClear } from './find-in-the-clear.ts'
import { connectToKiosk } from './kiosk-client.ts'
import { runDemonstration } from './running-demonstration.ts'

export interface JourneyReport {
  ok: boolean
  steps: { name: string; ms: number }[]
  credentialVerified: boolean
  disclosedOnly: string[]
  wallet: string
  issuerAwayMs: number
  inTheClear: string[]
}

/** @param data an empty folder @param progress where each step is told */
export async function travel(data: string, progress: (text: string) => void): Promise<JourneyReport> {
  const steps: { name: string; ms: number }[] = []
  const step: Step = async (name, work) => {
    const started = performance.now()
    const value = await work()
    const ms = Math.round((performance.now() - started) * 10) / 10
    steps.push({ name, ms })
    progress(`${name.padEnd(28)} ${ms} ms`)
    return value
  }
  const world = await step('start', () => runDemonstration(data))
  try {
    const { kiosk, close } = await connectToKiosk(world.ready.kiosk)
    await step('form-arrives', () =>
      until('The form schema arriving', 20_000, async () => {
        await new Promise((resolve) => setTimeout(resolve, 100))
        const names = await kiosk.session.names.query()
        return names.length > 0 ? names : undefined
      }),
    )
    await world.simulate('link', 'mode', { mode: 'down' })
    const away = performance.now()
    const { slip, fields, portrait } = await enrol(kiosk, world, step)
    await step('queued-while-away', () =>
      until('The queue showing the request', 5_000, async () => {
        const { queue, link } = await kiosk.status.now.query()
        return queue.waiting > 0 && link !== 'up' ? queue : undefined
      }),
    )
    await world.simulate('link', 'mode', { mode: 'up' })
    const issuerAwayMs = Math.round(performance.now() - away)
    await step('synced-by-itself', () =>
      until('The request reaching the issuer by itself', 5_000, async () => {
        const { queue } = await kiosk.status.now.query()
        return queue.waiting === 0 ? queue : undefined
      }),
    )
    await step('issued', () =>
      until('The issuer saying ready', 15_000, async () => {
        const detail = await kiosk.requests.detail.query({ id: slip.request })
        return detail.ok && detail.value.state === 'ready' ? detail.value : undefined
      }),
    )
    await step('sign-out', () => kiosk.session.signOut.mutate())
    const collected = await collect(kiosk, world, step)
    await world.simulate('link', 'mode', { mode: 'down' })
    const revealed = [
      await reveal(kiosk, world, step, 'dc+sd-jwt'),
      await reveal(kiosk, world, step, 'ldp_vc'),
    ]
    await kiosk.citizen.end.mutate()
    close()
    const claims = new Set(revealed.flatMap((one) => one.claims.map((claim) => claim.name)))
    const secrets = [fields['fullName'], fields['fullNameDzongkha'], fields['cid']]
      .filter((text) => text !== undefined)
      .map((text) => Buffer.from(text))
    const inTheClear = await step('search-the-disk', async () =>
      findInTheClear(data, [...secrets, portrait.subarray(400, 900)]),
    )
    const disclosedOnly = [...claims].sort()
    const credentialVerified = collected >= 2 && revealed.length === 2
    return {
      ok: credentialVerified && disclosedOnly.join() === 'ageOver18' && inTheClear.length === 0,
      steps,
      credentialVerified,
      disclosedOnly,
      wallet: world.ready.wallet,
      issuerAwayMs,
      inTheClear,
    }
  } finally {
    await world.close()
  }
}
