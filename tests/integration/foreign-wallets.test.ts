/** What two wallets that we did not write can do with this issuer, and what they cannot; docs/central-issuer.md says the same. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Agent, ConsoleLogger, InjectionSymbols, Kms, LogLevel, type DependencyManager } from '@credo-ts/core'
import { agentDependencies, NodeInMemoryKeyManagementStorage, NodeKeyManagementService } from '@credo-ts/node'
import { OpenId4VcModule } from '@credo-ts/openid4vc'
import { OpenID4VCIClientV1_0_15 } from '@sphereon/oid4vci-client'
import { Alg, type Jwt } from '@sphereon/oid4vci-common'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { loopbackFetch } from '../../hardware/simulators/phone/loopback-fetch.ts'
import { MemoryStorage } from '../../hardware/simulators/phone/memory-storage.ts'
import { configurations } from '../../sync/issuer/oid4vci/configurations.ts'
import { offerByReference, offerByValue } from '../../sync/issuer/oid4vci/offer-text.ts'
import { oid4vciWorld, sdJwt } from '../unit/issuer/oid4vci-world.ts'

let world: Awaited<ReturnType<typeof oid4vciWorld>>
let credo: ReturnType<typeof credoAgent>

const credoAgent = () =>
  new Agent({
    config: {
      logger: new ConsoleLogger(LogLevel.off),
      allowInsecureHttpUrls: true,
      autoUpdateStorageOnStartup: true,
    },
    dependencies: { ...agentDependencies, fetch: loopbackFetch },
    modules: {
      storage: {
        register: (dependencies: DependencyManager) =>
          dependencies.registerInstance(InjectionSymbols.StorageService, new MemoryStorage()),
      },
      openid4vc: new OpenId4VcModule(),
      kms: new Kms.KeyManagementModule({
        backends: [new NodeKeyManagementService(new NodeInMemoryKeyManagementStorage())],
      }),
    },
  })

beforeAll(async () => {
  world = await oid4vciWorld()
  credo = credoAgent()
  await credo.initialize()
})
afterAll(async () => {
  await credo.shutdown()
  await world.close()
})
// The libraries sign with the time of this machine.
beforeEach(() => (world.clock.at = Date.now()))

let count = 0
async function offered(ids: string[], by: typeof offerByReference = offerByReference) {
  const request = `foreign-${(count += 1)}`
  const offer = await world.state.offers.create(request, ids)
  return { request, offer, text: by(offer, world.state.url) }
}

async function withCredo(ids: string[], { keys = 1, by = offerByReference } = {}) {
  const { holder } = credo.openid4vc
  const { request, offer, text } = await offered(ids, by)
  const resolvedCredentialOffer = await holder.resolveCredentialOffer(text)
  const token = await holder.requestToken({ resolvedCredentialOffer, txCode: offer.txCode })
  return {
    request,
    token,
    metadata: resolvedCredentialOffer.metadata,
    ask: () =>
      holder.requestCredentials({
        ...token,
        resolvedCredentialOffer,
        credentialConfigurationIds: ids,
        credentialBindingResolver: async () => {
          const made = await Promise.all(
            Array.from({ length: keys }, () => credo.kms.createKey({ type: { kty: 'EC', crv: 'P-256' } })),
          )
          return { method: 'jwk', keys: made.map(({ publicJwk }) => Kms.PublicJwk.fromPublicJwk(publicJwk)) }
        },
      }),
  }
}

async function withSphereon(ids: string[], by = offerByReference) {
  const { request, offer, text } = await offered(ids, by)
  const client = await OpenID4VCIClientV1_0_15.fromURI({ uri: text, clientId: 'phone', alg: Alg.ES256 })
  await client.acquireAccessToken({ pin: offer.txCode })
  const [id = ''] = ids
  const format = configurations.find((one) => one.id === id)?.format ?? ''
  const named = format === 'dc+sd-jwt' || format === 'mso_mdoc' ? format : 'ldp_vc'
  return {
    request,
    client,
    ask: (deferredCredentialAwait = false) =>
      client.acquireCredentials({
        credentialConfigurationId: id,
        format: named,
        alg: Alg.ES256,
        jwk: z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() }).parse(world.jwk),
        deferredCredentialAwait,
        deferredCredentialIntervalInMS: 50,
        proofCallbacks: {
          signCallback: ({ payload }: Jwt) =>
            new SignJWT(
              Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined)),
            )
              .setProtectedHeader({ typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: world.jwk })
              .sign(world.pair.privateKey),
        },
      }),
  }
}
const zGot = z.object({ credentials: z.array(z.object({ credential: z.unknown() })).length(1) })

const can = (way: () => Promise<unknown>): Promise<'yes' | 'no'> =>
  way().then(
    () => 'yes',
    () => 'no',
  )

/** one line a thing, for Credo and for Sphereon */
const abilities: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
  ...configurations.map(({ id, format }): (typeof abilities)[number] => [
    `\`${format}\``,
    async () => expect((await (await withCredo([id])).ask()).credentials).toHaveLength(1),
    async () => zGot.parse(await (await withSphereon([id])).ask()),
  ]),
  [
    'offer by value',
    async () => (await withCredo([sdJwt], { by: offerByValue })).ask(),
    async () => zGot.parse(await (await withSphereon([sdJwt], offerByValue)).ask()),
  ],
  [
    'several keys in a request',
    async () => {
      const { credentials } = await (await withCredo([sdJwt], { keys: 3 })).ask()
      expect(credentials[0]?.record.credentialInstances).toHaveLength(3)
    },
    // Its request has one `proof`, not `proofs`.
    async () => Promise.reject(new Error('no such call')),
  ],
  ['deferred', credoLater, sphereonLater],
  ['notification', credoTells, sphereonTells],
  // Neither has an option for it: both ignore that the metadata offers it.
  [
    'sealed answer',
    async () => Promise.reject(new Error('no such call')),
    async () => Promise.reject(new Error('no such call')),
  ],
]

async function credoLater() {
  const { ask, request, token, metadata } = await withCredo([sdJwt])
  world.state.standings.set(request, { state: 'open' })
  const [waiting] = (await ask()).deferredCredentials
  if (!waiting) throw new Error('not deferred')
  world.state.standings.delete(request)
  const { holder } = credo.openid4vc
  const got = await holder.requestDeferredCredentials({ ...token, ...waiting, issuerMetadata: metadata })
  expect(got.credentials).toHaveLength(1)
}

async function sphereonLater() {
  const { ask, request } = await withSphereon([sdJwt])
  world.state.standings.set(request, { state: 'open' })
  zGot.parse(await ask(true))
}

async function credoTells() {
  const { ask, request, token, metadata } = await withCredo([sdJwt])
  const [{ notificationId = '' } = {}] = (await ask()).credentials
  const notificationEvent = 'credential_accepted'
  await credo.openid4vc.holder.sendNotification({ ...token, metadata, notificationId, notificationEvent })
  expect(world.state.collected).toContain(request)
}

async function sphereonTells() {
  const { ask, client, request } = await withSphereon([sdJwt])
  const { notification_id } = z.object({ notification_id: z.string() }).parse(await ask())
  const told = await client.sendNotification(
    { notificationEndpoint: `${world.state.url}/oid4vci/notification` },
    { notification_id, event: 'credential_accepted' },
    client.accessTokenResponse.access_token,
  )
  expect(told.error).toBe(false)
  expect(world.state.collected).toContain(request)
}

test('what each of them can is what the documentation says', async () => {
  const lines: string[] = []
  for (const [name, first, second] of abilities)
    lines.push([name, await can(first), await can(second)].join(' | '))
  const path = fileURLToPath(new URL('../../docs/central-issuer.md', import.meta.url))
  const said = (await readFile(path, 'utf8')).replace(/ +/g, ' ')
  expect(lines).toEqual([
    '`dc+sd-jwt` | yes | yes',
    '`ecdsa-sd-2023` | no | yes',
    '`eddsa-rdfc-2022` | no | yes',
    '`bbs-2023` | no | yes',
    '`mso_mdoc` | no | yes',
    'offer by value | yes | yes',
    'several keys in a request | yes | no',
    'deferred | yes | no',
    'notification | yes | yes',
    'sealed answer | no | no',
  ])
  for (const line of lines) expect(said).toContain(`| ${line} |`)
}, 60_000)
