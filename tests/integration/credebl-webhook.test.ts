/** What the production platform tells of an offer: believed with its signature only, once, in whatever order it comes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credeblWebhook } from '../../sync/issuer/credebl/webhook.ts'
import { credeblWorld, webhookSecret } from './credebl-world.ts'

let world: Awaited<ReturnType<typeof credeblWorld>>
beforeEach(async () => (world = await credeblWorld()))
afterEach(() => world.close())

describe('the webhook', () => {
  let hook: Server
  let at: string
  beforeEach(async () => {
    const app = express().use(
      credeblWebhook({ secret: () => webhookSecret, heard: world.desk.heard, clock: world.clock }),
    )
    hook = createServer(app)
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    at = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/credebl/webhook`
  })
  afterEach(async () => {
    hook.closeAllConnections()
    await new Promise((resolve) => hook.close(resolve))
  })
  const post = async (word: { body: string; headers: Record<string, string> }) =>
    (await fetch(at, { method: 'POST', ...word })).status

  test('is believed once, in whatever order it tells', async () => {
    const { id } = await world.made()
    expect(await post(world.server.word(id, 'AccessTokenCreated', world.clock.at))).toBe(204)
    expect(await post(world.server.word(id, 'OfferUriRetrieved', world.clock.at)), 'late').toBe(204)
    expect(await world.desk.stateOf(id)).toBe('opened')
    const last = world.server.word(id, 'Completed', world.clock.at)
    expect([await post(last), await post(last)]).toEqual([204, 204])
    expect(world.told.collected).toEqual(['request-1'])
    expect(await world.desk.stateOf(id)).toBe('collected')
    expect(await post(world.server.word('of-another-system', 'Completed', world.clock.at)), 'not ours').toBe(
      204,
    )
    expect(world.told.collected).toHaveLength(1)
  })

  test.each<[string, (word: ReturnType<typeof world.server.word>) => ReturnType<typeof world.server.word>]>([
    ['without a signature', ({ body, headers }) => ({ body, headers: { ...headers, 'x-signature': '' } })],
    [
      'of another',
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-signature': 'ab'.repeat(32) } }),
    ],
    ['that was changed', ({ body, headers }) => ({ headers, body: body.replace('OfferUri', 'Completed') })],
    [
      'of another time',
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-timestamp': String(world.clock.at + 1) } }),
    ],
  ])('%s is refused', async (_name, change) => {
    const { id } = await world.made()
    expect(await post(change(world.server.word(id, 'OfferUriRetrieved', world.clock.at)))).toBe(401)
    expect((await world.sessions.byId(id))?.state).toBe('OfferCreated')
  })

  test('of an hour ago is refused, and so is one that is none', async () => {
    const { id } = await world.made()
    expect(await post(world.server.word(id, 'Completed', world.clock.at - 3_600_000))).toBe(401)
    expect(await post(world.server.word(id, 'Sent', world.clock.at))).toBe(400)
    expect(await post(world.server.word('a/../b', 'Completed', world.clock.at))).toBe(400)
    expect(world.told.collected).toEqual([])
  })

  test('that never comes is not missed', async () => {
    const { id } = await world.made()
    world.stateAt(id, 'Completed')
    await world.desk.round()
    expect(world.told.collected).toEqual(['request-1'])
  })
})
