/** The issuer's OpenID4VCI routes over HTTP with a clock to turn, and a wallet of a few lines: the specification's oracle. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import { z } from 'zod'
import { openDurableStore } from '../../../sync/durable-store.ts'
import { statusRoutes } from '../../../sync/issuer/status-routes.ts'
import { loadKeys } from '../../../sync/issuer/keys.ts'
import { Offers } from '../../../sync/issuer/oid4vci/offers.ts'
import type { Standing } from '../../../sync/issuer/oid4vci/credential-routes.ts'
import { credentialRoutes } from '../../../sync/issuer/oid4vci/routes.ts'
import { claims } from '../credentials/wallet.ts'

export const sdJwt = 'FoundationalId_dc_sd-jwt'
export const ldp = 'FoundationalId_ldp_vc'
const grant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

const zAnswer = z.looseObject({
  error: z.string().optional(),
  access_token: z.string().optional(),
  c_nonce: z.string().optional(),
  credentials: z.array(z.object({ credential: z.unknown() })).optional(),
  transaction_id: z.string().optional(),
  interval: z.number().optional(),
  notification_id: z.string().optional(),
})

/** An answer may be empty, or sealed: then the text is all there is. */
function answerOf(text: string): z.infer<typeof zAnswer> & { text: string } {
  return { text, ...(text.startsWith('{') && zAnswer.parse(JSON.parse(text))) }
}

export interface ProofChanges {
  aud?: string
  iat?: number
  nonce?: string | undefined
  alg?: string
  typ?: string
  header?: object
  /** the key that signs, where it is not the one that is named */
  signer?: Parameters<SignJWT['sign']>[0]
}

export async function oid4vciWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'oid4vci-'))
  const clock = { at: Date.parse('2026-03-01T09:00:00Z'), now: () => clock.at }
  const keys = await loadKeys(folder, clock)
  const openOffers = () => Offers.open(openDurableStore(join(folder, 'offers')), keys, clock)
  const state = {
    offers: await openOffers(),
    collected: [] as string[],
    /** default: ready */
    standings: new Map<string, Standing>(),
    url: '',
  }
  const mount = () =>
    credentialRoutes({
      url: () => state.url,
      keys,
      offers: state.offers,
      clock,
      statusListUrl: () => `${state.url}/status/1`,
      standingOf: async (request) =>
        state.standings.get(request) ?? { state: 'ready', claims, statusIndex: 7 },
      onCollected: async ({ request }) => void state.collected.push(request),
    })
  let routes = mount()
  const app = express()
    .use((request, response, next) => routes(request, response, next))
    .use(
      statusRoutes({
        keys,
        clock,
        revokedLists: async () => [{ url: `${state.url}/status/1`, revoked: [] }],
      }),
    )
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = await exportJWK(pair.publicKey)

  async function post(path: string, body: string, headers: Record<string, string>) {
    const response = await fetch(`${state.url}/oid4vci/${path}`, { method: 'POST', body, headers })
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      type: response.headers.get('content-type'),
      ...answerOf(await response.text()),
    }
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const token = (code: string, txCode?: string, more: Record<string, string> = {}) =>
    post(
      'token',
      new URLSearchParams({
        grant_type: grant,
        'pre-authorized_code': code,
        ...(txCode !== undefined && { tx_code: txCode }),
        ...more,
      }).toString(),
      form,
    )
  const nonce = async () => (await post('nonce', '', {})).c_nonce ?? ''

  async function proof(change: ProofChanges = {}): Promise<string> {
    const { aud = state.url, iat = Math.floor(clock.at / 1000), alg = 'ES256', header = { jwk } } = change
    const c_nonce = 'nonce' in change ? change.nonce : await nonce()
    return new SignJWT({ aud, iat, ...(c_nonce !== undefined && { nonce: c_nonce }) })
      .setProtectedHeader({ alg, typ: change.typ ?? 'openid4vci-proof+jwt', ...header })
      .sign(change.signer ?? pair.privateKey)
  }
  const credential = (access: string | undefined, body: object | string) =>
    post('credential', typeof body === 'string' ? body : JSON.stringify(body), {
      'content-type': 'application/json',
      ...(access !== undefined && { authorization: `Bearer ${access}` }),
    })
  const asPhone = (access: string | undefined, type = 'application/json') => ({
    'content-type': type,
    ...(access !== undefined && { authorization: `Bearer ${access}` }),
  })
  const deferred = (access: string | undefined, transaction_id: unknown) =>
    post('deferred', JSON.stringify({ transaction_id }), asPhone(access))
  const tell = (access: string | undefined, body: unknown) =>
    post('notification', JSON.stringify(body), asPhone(access))
  const take = async (access: string | undefined, id = sdJwt, change: ProofChanges = {}) =>
    credential(access, { credential_configuration_id: id, proofs: { jwt: [await proof(change)] } })

  return {
    clock,
    keys,
    state,
    /** connections that the issuer still has */
    connections: () =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
    pair,
    jwk,
    token,
    nonce,
    proof,
    credential,
    deferred,
    tell,
    asPhone,
    take,
    form,
    post,
    /** a fresh offer that was redeemed, and its token */
    async redeemed(request = 'request-1', configurations?: readonly string[]) {
      const offer = await state.offers.create(request, configurations)
      return { offer, access: (await token(offer.code, offer.txCode)).access_token ?? '' }
    },
    async restart() {
      await state.offers.close()
      state.offers = await openOffers()
      routes = mount()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await state.offers.close()
      await rm(folder, { recursive: true })
    },
  }
}
