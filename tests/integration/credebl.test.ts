/** Offers by the production platform, against a server of its published shapes: the round, each fault, the configuration. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPlatform } from '../../sync/issuer/credebl/open-platform.ts'
import { zPlatformChoice } from '../../sync/issuer/credebl/z-platform-choice.ts'
import { configurationIds } from '../../sync/issuer/oid4vci/configurations.ts'
import type { Fault } from '../fixtures/credebl-server.ts'
import { claims } from '../unit/credentials/wallet.ts'
import { credeblWorld } from './credebl-world.ts'

let world: Awaited<ReturnType<typeof credeblWorld>>
beforeEach(async () => (world = await credeblWorld()))
afterEach(() => world.close())

describe('an offer', () => {
  test('is made from the template, with what it asks for and nothing else, and followed until the wallet has it', async () => {
    const offer = await world.made()
    expect(offer).toMatchObject({ uri: expect.stringMatching(/^openid-credential-offer:/), txCode: '1234' })
    expect(offer.expires).toBe(world.clock.at + 5 * 60_000)
    const asked = world.server.sessions.get(offer.id)?.offer
    expect(asked).toMatchObject({
      authorizationType: 'preAuthorizedCodeFlow',
      isRevocable: true,
      credentials: [
        { templateId: world.server.ids.sdJwt, payload: { cid: claims.cid, fullName: claims.fullName } },
      ],
    })
    expect(Object.keys(asked?.credentials[0]?.payload ?? {}).sort()).toEqual(['ageOver18', 'cid', 'fullName'])
    expect(await world.desk.stateOf(offer.id)).toBe('waiting')
    world.stateAt(offer.id, 'AccessTokenCreated')
    expect(await world.desk.stateOf(offer.id), 'asked a moment ago').toBe('waiting')
    world.later()
    expect(await world.desk.stateOf(offer.id)).toBe('opened')
    world.stateAt(offer.id, 'Completed')
    world.later()
    expect(await world.desk.stateOf(offer.id)).toBe('collected')
    expect(world.told.collected).toEqual(['request-1'])
    expect(await world.desk.stateOf('nobody')).toBe('unknown')
  })

  test('of an mdoc has its claims in their namespace', async () => {
    const both = [configurationIds['dc+sd-jwt'], configurationIds.mso_mdoc]
    const offer = (await world.desk.offer({ ...world.order(), configurations: both }))._unsafeUnwrap()
    expect(world.server.sessions.get(offer.id)?.offer.credentials[1]?.payload).toEqual({
      namespaces: { 'bt.id.1': { cid: claims.cid } },
    })
  })

  test('takes the place of the one before it, which is withdrawn', async () => {
    const first = await world.made()
    const second = await world.made()
    await world.desk.round()
    expect([...world.server.sessions.keys()]).toEqual([second.id])
    expect(world.server.state.asked).toContain(
      `DELETE /v1/orgs/${world.server.ids.orgId}/oid4vc/${first.id}/delete-offer`,
    )
    expect(await world.sessions.errands()).toEqual([])
  })

  test('is not made where a template asks for what we do not have, or is not there', async () => {
    world.server.templates[0]?.attributes.attributes?.push({
      key: 'shoeSize',
      mandatory: true,
      value_type: 'string',
      disclose: true,
    })
    expect((await world.desk.offer(world.order()))._unsafeUnwrapErr()).toEqual({
      code: 'platform.template-unfit',
      template: world.server.ids.sdJwt,
      missing: ['shoeSize'],
    })
    world.server.templates.length = 0
    expect((await world.desk.offer(world.order()))._unsafeUnwrapErr()).toMatchObject({
      code: 'platform.template-unfit',
    })
    const none = { ...world.order(), configurations: [configurationIds['bbs-2023']] }
    expect((await world.desk.offer(none))._unsafeUnwrapErr()).toMatchObject({
      code: 'platform.template-unfit',
    })
    expect(world.server.sessions.size).toBe(0)
  })
})

describe('revocation', () => {
  async function collect(request: string): Promise<string> {
    const { id } = await world.made(request)
    world.stateAt(id, 'Completed')
    world.later()
    await world.desk.stateOf(id)
    return id
  }

  test('what a new one replaces is revoked, once, and also where the platform could not be reached at first', async () => {
    const first = await collect('first')
    const second = await collect('second')
    world.server.state.faults = ['down', 'busy']
    await world.desk.round()
    expect(world.told.problems).toContain('revoke: platform.away')
    await world.restart()
    await world.desk.round()
    world.clock.at += 8_000
    await world.desk.round()
    expect(world.server.sessions.get(first)).toMatchObject({ revoked: true })
    expect(world.server.sessions.get(second)).toMatchObject({ revoked: false })
    await world.desk.round()
    const revocations = world.server.state.asked.filter((line) => line.endsWith(`${first}/revoke`))
    await world.desk.round()
    expect(world.server.state.asked.filter((line) => line.endsWith(`${first}/revoke`))).toEqual(revocations)
    expect(await world.sessions.errands()).toEqual([])
  })
})

describe('the sign-in', () => {
  test('is done once for many who ask at the same time', async () => {
    await Promise.all([world.made('a'), world.made('b'), world.made('c')])
    expect(world.server.state.signIns).toBe(1)
  })

  test('is done again before its end, and once where the platform has ended it', async () => {
    await world.made()
    world.clock.at += 280_000
    await world.made()
    expect(world.server.state.signIns).toBe(2)
    world.server.state.faults = ['signed-out']
    await world.made()
    expect(world.server.state.signIns).toBe(3)
  })

  test('that is refused is said, and not tried over and over', async () => {
    world.told.password = 'of yesterday'
    expect((await world.desk.offer(world.order()))._unsafeUnwrapErr()).toEqual({
      code: 'platform.unauthorised',
    })
    expect(world.server.state.signIns).toBe(1)
    world.told.password = world.server.secret
    expect((await world.desk.offer(world.order())).isOk(), 'the new secret needs no restart').toBe(true)
  })

  test('that is ended with each answer ends in a failure', async () => {
    await world.made()
    world.server.state.faults = ['signed-out', 'signed-out']
    expect((await world.desk.offer(world.order()))._unsafeUnwrapErr()).toEqual({
      code: 'platform.unauthorised',
    })
    expect(world.server.state.signIns).toBe(2)
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
    await world.made()
    // At the first call of an order, and at the one that makes the offer.
    for (const faults of [[fault], [undefined, fault]]) {
      world.server.state.faults = faults
      const failed = (await world.desk.offer(world.order()))._unsafeUnwrapErr()
      expect(failed).toEqual(failure)
      world.clock.at += 8_000
    }
    expect((await world.desk.offer(world.order())).isOk()).toBe(true)
  })

  test('when it is busy it is left alone for as long as it asked', async () => {
    await world.made()
    world.server.state.faults = ['busy']
    await world.desk.offer(world.order())
    const asked = world.server.state.asked.length
    expect((await world.desk.offer(world.order()))._unsafeUnwrapErr()).toMatchObject({
      code: 'platform.busy',
    })
    expect(world.server.state.asked).toHaveLength(asked)
  })

  test('while it is away an offer stays what it was; what it does not know any more is over', async () => {
    const { id } = await world.made()
    world.server.state.faults = ['down']
    expect(await world.desk.stateOf(id)).toBe('waiting')
    expect(world.told.problems).toEqual(['platform.away'])
    world.server.sessions.clear()
    world.later()
    expect(await world.desk.stateOf(id)).toBe('expired')
  })

  test('tells nothing of the citizen in what is reported', async () => {
    world.server.state.faults = ['refused']
    const failure = await world.desk.offer(world.order())
    expect(JSON.stringify([failure, world.told.problems])).not.toMatch(
      new RegExp(`${claims.cid}|${claims.fullName}`),
    )
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
      dataDir: world.folder,
      clock: world.clock,
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
