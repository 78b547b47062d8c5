/** Every format of the metadata over OpenID4VCI, judged by the product's own verifier; and what an offer does not hold. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deriveCredential } from '../../../main/credentials/derive.ts'
import { verifyMdoc } from '../../../main/credentials/mdoc/verify-mdoc.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
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
    const trusted = trustDids([world.keys[key].did])
    const derived = await deriveCredential(credential, ['gewog'])
    expect((await verifyDerived(derived, trusted)).isOk()).toBe(true)
    expect((await verifyDerived(credential, trusted)).isOk()).toBe(false)
  })

  test('eddsa-rdfc-2022, which is believed as it is', async () => {
    const credential = Object(await received(configurationIds['eddsa-rdfc-2022']))
    expect((await verifyDerived(credential, trustDids([world.keys.ed25519.did]))).isOk()).toBe(true)
    expect(credential.credentialSubject).toMatchObject(claims)
  })

  test('an mdoc, and shows one element of it', async () => {
    const issued = String(await received(configurationIds.mso_mdoc))
    const holder = await issuerKeyFromJwk(zP256PrivateJwk.parse(await exportJWK(world.pair.privateKey)))
    const asked = ask(['gewog'], world.clock.at)
    const roots = [{ did: world.keys.signing.did, certificate: world.keys.documents.root }]
    const context = { asked, trustedIssuers: trustDids([], roots), now: new Date(world.clock.at) }
    const result = await verifyMdoc(await presentMdoc(issued, holder, asked), context)
    expect(result._unsafeUnwrap()).toMatchObject({ claims: { gewog: claims.gewog }, holder: holder.did })
  })
})
