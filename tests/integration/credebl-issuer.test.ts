/** The issuer with the production platform behind it, as a kiosk sees it: the offer, its state, the word that it was collected. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { zPlatformChoice } from '../../sync/issuer/credebl/z-platform-choice.ts'
import { configurationIds } from '../../sync/issuer/oid4vci/configurations.ts'
import { zOfferAnswer } from '../../main/reissue/z-issuer-answers.ts'
import { startCredebl } from '../fixtures/credebl-server.ts'
import { freshFolder } from './host-world.ts'
import { syncWorld } from './sync-world.ts'

const webhookSecret = 'shared with the platform'
let platform: Awaited<ReturnType<typeof startCredebl>>
let world: Awaited<ReturnType<typeof syncWorld>>
let folder: Awaited<ReturnType<typeof freshFolder>>

beforeAll(async () => {
  folder = await freshFolder()
  platform = await startCredebl({ webhookSecret })
  const kept = async (name: string, user: string, password: string) => {
    const file = join(folder.path, name)
    await writeFile(file, JSON.stringify({ user, password }), { mode: 0o600 })
    return { file }
  }
  world = await syncWorld({
    platform: zPlatformChoice.parse({
      kind: 'credebl',
      url: platform.url,
      ...{ orgId: platform.ids.orgId, issuerId: platform.ids.issuerId },
      credentials: await kept('platform.json', 'the-client', platform.secret),
      webhookSecret: await kept('webhook.json', 'webhook', webhookSecret),
      templates: { [configurationIds['dc+sd-jwt']]: platform.ids.sdJwt },
    }),
  })
})
afterAll(async () => {
  await world.close()
  await platform.close()
  await folder.done()
})

test('a kiosk shows the platform’s offer, tries again when there was none, and hears that it was collected', async () => {
  const kiosk = await world.kiosk()
  const id = await world.send(kiosk, await world.make(kiosk))
  expect((await world.ended(kiosk, id)).at(-1)).toBe('ready')
  const ask = () => world.post('/kiosk/offers', { request: id }, kiosk.authorization)

  platform.state.faults = ['down']
  const failed = await ask()
  expect([failed.status, await failed.json()]).toEqual([503, { error: 'platform.away' }])

  const { offer } = zOfferAnswer.parse(await (await ask()).json())
  expect(offer).toMatchObject({ txCode: '1234', uri: expect.stringContaining('agent.example') })
  const session = offer?.id ?? ''
  const word = platform.word(session, 'Completed', Date.now())
  const told = await fetch(`${world.url()}/credebl/webhook`, { method: 'POST', ...word })
  expect(told.status).toBe(204)
  const state = await fetch(`${world.url()}/kiosk/offers/${session}`, {
    headers: { authorization: kiosk.authorization },
  })
  expect(z.object({ state: z.string() }).parse(await state.json()).state).toBe('collected')
  expect((await world.ended(kiosk, id)).at(-1)).toBe('collected')
})
