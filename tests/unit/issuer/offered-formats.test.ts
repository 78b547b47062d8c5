/** Every format of the metadata over OpenID4VCI, judged by the product's own verifier; and what an offer does not hold. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deriveCredential } from '../../../main/credentials/derive.ts'
import { verifyMdoc } from '../../../main/credentials/mdoc/verify-mdoc.ts'
import type { TrustedIssuers } from '../../../main/credentials/trusted-issuers.ts'
import { believedIssuers } from '../../../main/trust/believed-issuers.ts'
import { zTrustList } from '../../../main/trust/z-trust.ts'
import { makeMasters } from '../../../sync/issuer/masters/masters.ts'
import { verifyMaster } from '../../../sync/packet.ts'
import { verifyDerived } from '../../../main/credentials/verify-ldp.ts'
import { issuerKeyFromJwk, zP256PrivateJwk } from '../../../main/credentials/keys.ts'
import { exportJWK } from 'jose'
import {
  configurationIds,
  configurations,
  offeredByDefault,
} from '../../../sync/issuer/oid4vci/configurations.ts'
import { presentMdoc } from '../credentials/mdoc-wallet.ts'
import { ask, claims } from '../credentials/wallet.ts'
import { oid4vciWorld } from './oid4vci-world.ts'

let world: Awaited<ReturnType<typeof oid4vciWorld>>
beforeAll(async () => (world = await oid4vciWorld()))
afterAll(() => world.close())

/** Whom a kiosk believes that has this issuer's trust list and nothing else. */
async function believed(): Promise<TrustedIssuers> {
  const now = new Date(world.clock.at)
  const masters = await makeMasters({ keys: world.keys, demo: false, lists: [], now })
  const document = masters.find(({ name }) => name === 'trust')
  const said = await verifyMaster(document, world.keys.signing.publicJwk)
  const list = zTrustList.parse(said?.content)
  return believedIssuers({ own: world.keys.signing.did, list, issued: now, seen: new Map(), now })
}

const all = configurations.map(({ id }) => id)

async function received(id: string): Promise<unknown> {
  const { access } = await world.redeemed(`request-${id}`, [id])
  const taken = await world.take(access, id)
  await vi.waitFor(() => expect(world.state.collected).toContain(`request-${id}`))
  return taken.credentials?.[0]?.credential
}

describe('the metadata', () => {
  test('has every format that the type comes in', async () => {
    const metadata = await (await fetch(`${world.state.url}/.well-known/openid-credential-issuer`)).json()
    const supported = Object(metadata).credential_configurations_supported
    expect(Object.keys(supported).sort()).toEqual([...all].sort())
    expect(
      Object.fromEntries(all.map((id) => [id, supported[id].credential_signing_alg_values_supported])),
    ).toEqual({
      [configurationIds['dc+sd-jwt']]: ['ES256'],
      [configurationIds.ldp_vc]: ['ecdsa-sd-2023'],
      [configurationIds['eddsa-rdfc-2022']]: ['eddsa-rdfc-2022'],
      [configurationIds['bbs-2023']]: ['bbs-2023'],
      [configurationIds.mso_mdoc]: [-7],
    })
  })
})

describe('an offer', () => {
  test('holds the two that phones in the field can keep, unless it was asked for others', async () => {
    const shown = async (id: string) =>
      Object(await (await fetch(`${world.state.url}/oid4vci/offers/${id}`)).json())
    const usual = await world.state.offers.create('usual')
    expect((await shown(usual.id)).credential_configuration_ids).toEqual(offeredByDefault)
    const asked = await world.state.offers.create('asked', [configurationIds.mso_mdoc])
    await world.restart()
    expect((await shown(asked.id)).credential_configuration_ids).toEqual([configurationIds.mso_mdoc])
  })

  test('gives nothing that it does not hold', async () => {
    const { access } = await world.redeemed('two')
    expect(await world.take(access, configurationIds['bbs-2023'])).toMatchObject({
      status: 400,
      error: 'credential_request_denied',
    })
    expect((await world.take(access, configurationIds.ldp_vc)).credentials).toHaveLength(1)
  })
})

describe('a wallet receives', () => {
  test.each([
    ['ldp_vc', 'signing'],
    ['bbs-2023', 'bls'],
  ] as const)('%s, and what it derives is believed', async (name, key) => {
    const credential = Object(await received(configurationIds[name]))
    const trusted = await believed()
    const derived = await deriveCredential(credential, ['gewog'])
    expect((await verifyDerived(derived, trusted))._unsafeUnwrap().key.did).toBe(world.keys[key].did)
    expect((await verifyDerived(credential, trusted)).isOk()).toBe(false)
    expect(trusted.isSame(credential.issuer, world.keys.signing.did)).toBe(true)
  })

  test('eddsa-rdfc-2022, which is believed as it is', async () => {
    const credential = Object(await received(configurationIds['eddsa-rdfc-2022']))
    expect((await verifyDerived(credential, await believed())).isOk()).toBe(true)
    expect(credential.credentialSubject).toMatchObject(claims)
  })

  test('an mdoc, and shows one element of it', async () => {
    const issued = String(await received(configurationIds.mso_mdoc))
    const holder = await issuerKeyFromJwk(zP256PrivateJwk.parse(await exportJWK(world.pair.privateKey)))
    const asked = ask(['gewog'], world.clock.at)
    const context = { asked, trustedIssuers: await believed(), now: new Date(world.clock.at) }
    const result = await verifyMdoc(await presentMdoc(issued, holder, asked), context)
    expect(result._unsafeUnwrap()).toMatchObject({
      ...{ claims: { gewog: claims.gewog }, holder: holder.did },
      issuer: world.keys.signing.did,
    })
  })
})
