/** Offers by the production platform, against a server of its published shapes: the round, each fault, the webhook. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCredeblDesk, type CredeblDesk } from '../../sync/issuer/credebl.ts'
import { createGateway } from '../../sync/issuer/credebl/gateway.ts'
import { openPlatform } from '../../sync/issuer/credebl/open-platform.ts'
import { openSessions, type Sessions } from '../../sync/issuer/credebl/sessions.ts'
import { credeblWebhook } from '../../sync/issuer/credebl/webhook.ts'
import { zPlatformChoice } from '../../sync/issuer/credebl/z-platform-choice.ts'
import { configurationIds } from '../../sync/issuer/oid4vci/configurations.ts'
import { openRecords } from '../../sync/issuer/records.ts'
import { startCredebl, type Fault } from '../fixtures/credebl-server.ts'
import { claims } from '../unit/credentials/wallet.ts'

const webhookSecret = 'shared with the platform'
let server: Awaited<ReturnType<typeof startCredebl>>
let desk: CredeblDesk
let sessions: Sessions
let folder: string
let clock: { at: number; now(): number }
let collected: string[]
let problems: string[]
let password: string

function open(): void {
  const choice = zPlatformChoice.parse({
    kind: 'credebl',
    url: server.url,
    ...{ orgId: server.ids.orgId, issuerId: server.ids.issuerId },
    credentials: { userVariable: 'U', passwordVariable: 'P' },
    templates: {
      [configurationIds['dc+sd-jwt']]: server.ids.sdJwt,
      [configurationIds.mso_mdoc]: server.ids.mdoc,
    },
    timeoutMs: 300,
  })
  if (choice.kind !== 'credebl') throw new Error('no such choice')
  sessions = openSessions(openRecords(join(folder, 'platform')))
  const gateway = createGateway({
    choice,
    fetch,
    clock,
    credentials: () => ({ user: 'the-client', password }),
  })
  desk = createCredeblDesk({
    ...{ choice, gateway, sessions, clock },
    onCollected: async (request) => void collected.push(request),
    onProblem: (event) => void problems.push(event),
  })
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credebl-'))
  server = await startCredebl({ webhookSecret })
  ;[collected, problems, password] = [[], [], server.secret]
  clock = { at: Date.parse('2026-03-01T09:00:00Z'), now: () => clock.at }
  open()
})
afterEach(async () => {
  await desk.close()
  await server.close()
  await rm(folder, { recursive: true })
})

const order = (request = 'request-1') => ({ request, tag: 'the-citizen', claims })
const made = async (request?: string) => (await desk.offer(order(request)))._unsafeUnwrap()
const stateAt = (id: string, state: string) => Object.assign(server.sessions.get(id) ?? {}, { state })
const later = () => void (clock.at += 6_000)

describe('an offer', () => {
  test('is made from the template, with what it asks for and nothing else, and followed until the wallet has it', async () => {
    const offer = await made()
    expect(offer).toMatchObject({ uri: expect.stringMatching(/^openid-credential-offer:/), txCode: '1234' })
    expect(offer.expires).toBe(clock.at + 5 * 60_000)
    const asked = server.sessions.get(offer.id)?.offer
    expect(asked).toMatchObject({
      authorizationType: 'preAuthorizedCodeFlow',
      isRevocable: true,
      credentials: [
        { templateId: server.ids.sdJwt, payload: { cid: claims.cid, fullName: claims.fullName } },
      ],
    })
    expect(Object.keys(asked?.credentials[0]?.payload ?? {}).sort()).toEqual(['ageOver18', 'cid', 'fullName'])
    expect(await desk.stateOf(offer.id)).toBe('waiting')
    stateAt(offer.id, 'AccessTokenCreated')
    expect(await desk.stateOf(offer.id), 'asked a moment ago').toBe('waiting')
    later()
    expect(await desk.stateOf(offer.id)).toBe('opened')
    stateAt(offer.id, 'Completed')
    later()
    expect(await desk.stateOf(offer.id)).toBe('collected')
    expect(collected).toEqual(['request-1'])
    expect(await desk.stateOf('nobody')).toBe('unknown')
  })

  test('of an mdoc has its claims in their namespace', async () => {
    const both = [configurationIds['dc+sd-jwt'], configurationIds.mso_mdoc]
    const offer = (await desk.offer({ ...order(), configurations: both }))._unsafeUnwrap()
    expect(server.sessions.get(offer.id)?.offer.credentials[1]?.payload).toEqual({
      namespaces: { 'bt.id.1': { cid: claims.cid } },
    })
  })

  test('takes the place of the one before it, which is withdrawn', async () => {
    const first = await made()
    const second = await made()
    await desk.round()
    expect([...server.sessions.keys()]).toEqual([second.id])
    expect(server.state.asked).toContain(
      `DELETE /v1/orgs/${server.ids.orgId}/oid4vc/${first.id}/delete-offer`,
    )
    expect(await sessions.errands()).toEqual([])
  })

  test('is not made where a template asks for what we do not have, or is not there', async () => {
    server.templates[0]?.attributes.attributes?.push({
      key: 'shoeSize',
      mandatory: true,
      value_type: 'string',
      disclose: true,
    })
    expect((await desk.offer(order()))._unsafeUnwrapErr()).toEqual({
      code: 'platform.template-unfit',
      template: server.ids.sdJwt,
      missing: ['shoeSize'],
    })
    server.templates.length = 0
    expect((await desk.offer(order()))._unsafeUnwrapErr()).toMatchObject({ code: 'platform.template-unfit' })
    const none = { ...order(), configurations: [configurationIds['bbs-2023']] }
    expect((await desk.offer(none))._unsafeUnwrapErr()).toMatchObject({ code: 'platform.template-unfit' })
    expect(server.sessions.size).toBe(0)
  })
})

describe('revocation', () => {
  async function collect(request: string): Promise<string> {
    const { id } = await made(request)
    stateAt(id, 'Completed')
    later()
    await desk.stateOf(id)
    return id
  }

  test('what a new one replaces is revoked, once, and also where the platform could not be reached at first', async () => {
    const first = await collect('first')
    const second = await collect('second')
    server.state.faults = ['down', 'busy']
    await desk.round()
    expect(problems).toContain('revoke: platform.away')
    await desk.close()
    open()
    await desk.round()
    clock.at += 8_000
    await desk.round()
    expect(server.sessions.get(first)).toMatchObject({ revoked: true })
    expect(server.sessions.get(second)).toMatchObject({ revoked: false })
    await desk.round()
    const revocations = server.state.asked.filter((line) => line.endsWith(`${first}/revoke`))
    await desk.round()
    expect(server.state.asked.filter((line) => line.endsWith(`${first}/revoke`))).toEqual(revocations)
    expect(await sessions.errands()).toEqual([])
  })
})

describe('the sign-in', () => {
  test('is done once for many who ask at the same time', async () => {
    await Promise.all([made('a'), made('b'), made('c')])
    expect(server.state.signIns).toBe(1)
  })

  test('is done again before its end, and once where the platform has ended it', async () => {
    await made()
    clock.at += 280_000
    await made()
    expect(server.state.signIns).toBe(2)
    server.state.faults = ['signed-out']
    await made()
    expect(server.state.signIns).toBe(3)
  })

  test('that is refused is said, and not tried over and over', async () => {
    password = 'of yesterday'
    expect((await desk.offer(order()))._unsafeUnwrapErr()).toEqual({ code: 'platform.unauthorised' })
    expect(server.state.signIns).toBe(1)
    password = server.secret
    expect((await desk.offer(order())).isOk(), 'the new secret needs no restart').toBe(true)
  })

  test('that is ended with each answer ends in a failure', async () => {
    await made()
    server.state.faults = ['signed-out', 'signed-out']
    expect((await desk.offer(order()))._unsafeUnwrapErr()).toEqual({ code: 'platform.unauthorised' })
    expect(server.state.signIns).toBe(2)
  })
})

describe('a platform that fails', () => {
  test.each<[Fault, object]>([
    ['down', { code: 'platform.away' }],
    ['slow', { code: 'platform.away' }],
    ['busy', { code: 'platform.busy', afterMs: 7_000 }],
    ['nonsense', { code: 'platform.nonsense' }],
    ['html', { code: 'platform.nonsense' }],
    ['other-shape', { code: 'platform.nonsense' }],
    ['huge', { code: 'platform.nonsense' }],
    ['refused', { code: 'platform.refused', status: 400 }],
  ])('%s: no offer, a code, and the next one is made', async (fault, failure) => {
    await made()
    // At the first call of an order, and at the one that makes the offer.
    for (const faults of [[fault], [undefined, fault]]) {
      server.state.faults = faults
      const failed = (await desk.offer(order()))._unsafeUnwrapErr()
      expect(failed).toEqual(failure)
      clock.at += 8_000
    }
    expect((await desk.offer(order())).isOk()).toBe(true)
  })

  test('when it is busy it is left alone for as long as it asked', async () => {
    await made()
    server.state.faults = ['busy']
    await desk.offer(order())
    const asked = server.state.asked.length
    expect((await desk.offer(order()))._unsafeUnwrapErr()).toMatchObject({ code: 'platform.busy' })
    expect(server.state.asked).toHaveLength(asked)
  })

  test('while it is away an offer stays what it was; what it does not know any more is over', async () => {
    const { id } = await made()
    server.state.faults = ['down']
    expect(await desk.stateOf(id)).toBe('waiting')
    expect(problems).toEqual(['platform.away'])
    server.sessions.clear()
    later()
    expect(await desk.stateOf(id)).toBe('expired')
  })

  test('tells nothing of the citizen in what is reported', async () => {
    server.state.faults = ['refused']
    const failure = await desk.offer(order())
    expect(JSON.stringify([failure, problems])).not.toMatch(new RegExp(`${claims.cid}|${claims.fullName}`))
  })
})

describe('the configuration', () => {
  const given = {
    kind: 'credebl',
    url: 'https://platform.example.bt',
    orgId: '6f3f5c7e-0f0c-4a9b-9c39-0a8d0b0a7a10',
    issuerId: '6f3f5c7e-0f0c-4a9b-9c39-0a8d0b0a7a11',
    credentials: { userVariable: 'NO_SUCH_NAME', passwordVariable: 'NO_SUCH_NAME' },
    templates: { [configurationIds['dc+sd-jwt']]: '6f3f5c7e-0f0c-4a9b-9c39-0a8d0b0a7a12' },
  }
  test.each<[string, object]>([
    ['an address that is none', { url: 'platform' }],
    ['no template', { templates: {} }],
    ['a template of an unknown configuration', { templates: { x: given.orgId } }],
    ['an organisation that is none', { orgId: 'ndi' }],
    ['a setting that does not exist', { clientSecret: 'in the clear' }],
  ])('with %s stops the start', (_name, change) => {
    expect(zPlatformChoice.safeParse(given).success).toBe(true)
    expect(zPlatformChoice.safeParse({ ...given, ...change }).success).toBe(false)
  })

  test('whose secret is nowhere stops the start, and says where it was looked for', () => {
    const parts = {
      dataDir: folder,
      clock,
      url: () => '',
      onCollected: async () => undefined,
      onProblem: () => undefined,
    }
    const offers = { create: unused, byId: unused, isOver: unused }
    expect(() => openPlatform(zPlatformChoice.parse(given), { ...parts, offers })).toThrow(/NO_SUCH_NAME/)
  })
  const unused = () => {
    throw new Error('not asked for')
  }
})

describe('the webhook', () => {
  let hook: Server
  let at: string
  beforeEach(async () => {
    const app = express().use(credeblWebhook({ secret: () => webhookSecret, heard: desk.heard, clock }))
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
    const { id } = await made()
    expect(await post(server.word(id, 'AccessTokenCreated', clock.at))).toBe(204)
    expect(await post(server.word(id, 'OfferUriRetrieved', clock.at)), 'late').toBe(204)
    expect(await desk.stateOf(id)).toBe('opened')
    const last = server.word(id, 'Completed', clock.at)
    expect([await post(last), await post(last)]).toEqual([204, 204])
    expect(collected).toEqual(['request-1'])
    expect(await desk.stateOf(id)).toBe('collected')
    expect(await post(server.word('of-another-system', 'Completed', clock.at)), 'not ours').toBe(204)
    expect(collected).toHaveLength(1)
  })

  test.each<[string, (word: ReturnType<typeof server.word>) => ReturnType<typeof server.word>]>([
    ['without a signature', ({ body, headers }) => ({ body, headers: { ...headers, 'x-signature': '' } })],
    [
      'of another',
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-signature': 'ab'.repeat(32) } }),
    ],
    ['that was changed', ({ body, headers }) => ({ headers, body: body.replace('OfferUri', 'Completed') })],
    [
      'of another time',
      ({ body, headers }) => ({ body, headers: { ...headers, 'x-timestamp': String(clock.at + 1) } }),
    ],
  ])('%s is refused', async (_name, change) => {
    const { id } = await made()
    expect(await post(change(server.word(id, 'OfferUriRetrieved', clock.at)))).toBe(401)
    expect((await sessions.byId(id))?.state).toBe('OfferCreated')
  })

  test('of an hour ago is refused, and so is one that is none', async () => {
    const { id } = await made()
    expect(await post(server.word(id, 'Completed', clock.at - 3_600_000))).toBe(401)
    expect(await post(server.word(id, 'Sent', clock.at))).toBe(400)
    expect(await post(server.word('a/../b', 'Completed', clock.at))).toBe(400)
    expect(collected).toEqual([])
  })

  test('that never comes is not missed', async () => {
    const { id } = await made()
    stateAt(id, 'Completed')
    await desk.round()
    expect(collected).toEqual(['request-1'])
  })
})
