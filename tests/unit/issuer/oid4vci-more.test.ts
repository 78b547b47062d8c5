/** OpenID4VCI 1.0 over the wire beyond one credential at once: several keys, notices, sealed requests and answers, each error. */
import {
  compactDecrypt,
  CompactEncrypt,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { offerByReference, offerByValue } from '../../../sync/issuer/oid4vci/offer-text.ts'
import { ldp, oid4vciWorld, sdJwt } from './oid4vci-world.ts'

let world: Awaited<ReturnType<typeof oid4vciWorld>>
beforeAll(async () => (world = await oid4vciWorld()))
afterAll(() => world.close())

const zMetadata = z.looseObject({
  deferred_credential_endpoint: z.url(),
  notification_endpoint: z.url(),
  batch_credential_issuance: z.object({ batch_size: z.number().min(2) }),
  credential_request_encryption: z.object({
    jwks: z.object({
      keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })).min(1),
    }),
    enc_values_supported: z.array(z.string()),
    encryption_required: z.literal(false),
  }),
  credential_response_encryption: z.object({
    alg_values_supported: z.array(z.string()),
    enc_values_supported: z.array(z.string()),
    encryption_required: z.literal(false),
  }),
})
const metadata = async () =>
  zMetadata.parse(await (await fetch(`${world.state.url}/.well-known/openid-credential-issuer`)).json())

async function proofs(many: number, nonce?: string) {
  const keys = await Promise.all(
    Array.from({ length: many }, () => generateKeyPair('ES256', { extractable: true })),
  )
  const jwks = await Promise.all(keys.map(({ publicKey }) => exportJWK(publicKey)))
  const jwt = await Promise.all(
    keys.map(({ privateKey }, at) =>
      world.proof({ header: { jwk: jwks[at] }, signer: privateKey, ...(nonce !== undefined && { nonce }) }),
    ),
  )
  return { jwks, jwt }
}
const boundKeyOf = (credential: unknown) =>
  z
    .object({ cnf: z.object({ jwk: z.looseObject({ x: z.string() }) }) })
    .parse(decodeJwt(z.string().parse(credential).split('~')[0] ?? '')).cnf.jwk.x

describe('several keys in a request', () => {
  test('get a credential each, also where one nonce serves all of them', async () => {
    const { batch_credential_issuance } = await metadata()
    const { access } = await world.redeemed()
    const { jwks, jwt } = await proofs(batch_credential_issuance.batch_size, await world.nonce())
    const asked = { credential_configuration_id: sdJwt, proofs: { jwt } }
    const { credentials = [] } = await world.credential(access, asked)
    expect(credentials.map(({ credential }) => boundKeyOf(credential))).toEqual(jwks.map(({ x }) => x))
    expect((await world.credential(access, asked)).error).toBe('credential_request_denied')
  })

  test('too many are refused, and so are all of them where one proof is bad', async () => {
    const { access } = await world.redeemed()
    const ask = (jwt: string[]) =>
      world.credential(access, { credential_configuration_id: sdJwt, proofs: { jwt } })
    expect((await ask((await proofs(6)).jwt)).error).toBe('invalid_proof')
    const { jwt } = await proofs(2)
    expect((await ask([...jwt, await world.proof({ typ: 'JWT' })])).error).toBe('invalid_proof')
    expect((await ask([...jwt, await world.proof({ nonce: 'stale' })])).error).toBe('invalid_nonce')
    expect((await ask(jwt)).credentials, 'the good nonces are still good').toHaveLength(2)
  })
})

describe('what the wallet tells', () => {
  test('that it keeps one closes the offer, once, and the others may still be taken', async () => {
    const { access, offer } = await world.redeemed('told')
    const { notification_id } = await world.take(access)
    const accepted = { notification_id, event: 'credential_accepted' }
    expect(world.state.collected).not.toContain('told')
    expect((await world.tell(access, accepted)).status).toBe(204)
    expect((await world.tell(access, accepted)).status).toBe(204)
    expect(world.state.offers.byId(offer.id)?.state).toBe('collected')
    expect((await world.take(access, ldp)).credentials).toHaveLength(1)
    expect(world.state.collected.filter((one) => one === 'told')).toHaveLength(1)
    expect((await world.token(offer.code, offer.txCode)).error).toBe('invalid_grant')
  })

  test('that it could not keep one: it may ask again, but not for ever', async () => {
    const { access } = await world.redeemed('full', [sdJwt])
    for (let times = 0; times < 4; times += 1) {
      const { notification_id } = await world.take(access)
      const failed = { notification_id, event: 'credential_failure', event_description: 'Out of storage.' }
      expect((await world.tell(access, failed)).status).toBe(204)
    }
    const last = await world.take(access)
    await world.tell(access, { notification_id: last.notification_id, event: 'credential_failure' })
    expect((await world.take(access)).error).toBe('credential_request_denied')
  })

  test('that the citizen deleted it does not give another', async () => {
    const { access } = await world.redeemed('deleted', [sdJwt])
    const { notification_id } = await world.take(access)
    expect((await world.tell(access, { notification_id, event: 'credential_deleted' })).status).toBe(204)
    expect((await world.take(access)).error).toBe('credential_request_denied')
  })

  test('survives a restart of the issuer', async () => {
    const { access } = await world.redeemed('told-late')
    const { notification_id } = await world.take(access)
    await world.restart()
    expect((await world.tell(access, { notification_id, event: 'credential_accepted' })).status).toBe(204)
    expect(world.state.collected).toContain('told-late')
  })
})

async function asker() {
  const pair = await generateKeyPair('ECDH-ES', { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'ECDH-ES', kid: 'mine' }
  const [to] = (await metadata()).credential_request_encryption.jwks.keys
  const seal = async (body: object, header: object = {}) =>
    new CompactEncrypt(new TextEncoder().encode(JSON.stringify(body)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: to?.kid ?? '', ...header })
      .encrypt(await importJWK(z.custom<JWK>().parse(to), 'ECDH-ES'))
  const post = async (path: string, access: string, body: string) =>
    world.post(path, body, world.asPhone(access, 'application/jwt'))
  const open = async (text: string) => {
    const { plaintext, protectedHeader } = await compactDecrypt(text, pair.privateKey)
    return { header: protectedHeader, body: JSON.parse(new TextDecoder().decode(plaintext)) }
  }
  const wanted = async (change: object = {}) => ({
    credential_configuration_id: sdJwt,
    proofs: { jwt: [await world.proof()] },
    credential_response_encryption: { jwk, enc: 'A256GCM' },
    ...change,
  })
  return { jwk, seal, post, open, wanted }
}

describe('a sealed answer', () => {
  test('is for the key that was named in a sealed request', async () => {
    const { seal, post, open, wanted } = await asker()
    const { access } = await world.redeemed()
    const answer = await post('credential', access, await seal(await wanted()))
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('application/jwt') })
    const { header, body } = await open(answer.text)
    expect(header).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'mine' })
    expect(body.credentials).toHaveLength(1)
  })

  test('also where the credential comes later, for the key that is named then', async () => {
    const { access } = await world.redeemed('later-sealed')
    world.state.standings.set('later-sealed', { state: 'open' })
    const first = await asker()
    const answer = await first.post('credential', access, await first.seal(await first.wanted()))
    expect(answer.status).toBe(202)
    const { transaction_id } = (await first.open(answer.text)).body
    world.state.standings.delete('later-sealed')
    const second = await asker()
    const { credential_response_encryption } = await second.wanted()
    const sealed = await second.seal({ transaction_id, credential_response_encryption })
    const later = await second.post('deferred', access, sealed)
    expect((await second.open(later.text)).body.credentials).toHaveLength(1)
  })

  test('is not made for a request in the clear, where anyone could have put another key in', async () => {
    const { wanted } = await asker()
    const { access } = await world.redeemed()
    expect(await world.credential(access, await wanted())).toMatchObject({
      status: 400,
      error: 'invalid_encryption_parameters',
    })
    expect((await world.take(access)).credentials, 'and nothing was given away').toHaveLength(1)
  })

  test.each<[string, (jwk: JWK) => object]>([
    ['another enc', (jwk) => ({ jwk, enc: 'A128CBC-HS256' })],
    ['no enc', (jwk) => ({ jwk })],
    ['another alg', (jwk) => ({ jwk: { ...jwk, alg: 'ECDH-ES+A256KW' }, enc: 'A256GCM' })],
    ['no alg', ({ alg: _alg, ...jwk }) => ({ jwk, enc: 'A256GCM' })],
    ['compression', (jwk) => ({ jwk, enc: 'A256GCM', zip: 'DEF' })],
    ['a private key', (jwk) => ({ jwk: { ...jwk, d: 'AAAA' }, enc: 'A256GCM' })],
    ['a point that is none', (jwk) => ({ jwk: { ...jwk, x: jwk.y }, enc: 'A256GCM' })],
    ['nothing', () => ({})],
    ['null', () => Object(null)],
  ])('is refused for %s', async (_name, encryption) => {
    const { jwk, seal, post, wanted } = await asker()
    const { access } = await world.redeemed()
    const body = await seal(await wanted({ credential_response_encryption: encryption(jwk) }))
    expect(await post('credential', access, body)).toMatchObject({
      status: 400,
      error: 'invalid_encryption_parameters',
    })
  })
})

describe('each error by its name', () => {
  const unsealed = async () => (await asker()).seal(Object('x'))
  test.each<[string, (access: string) => Promise<{ status: number; error?: string | undefined }>, string]>([
    [
      'a request to another key',
      async (a) => {
        const { seal, post, wanted } = await asker()
        return post('credential', a, await seal(await wanted(), { kid: 'other' }))
      },
      'invalid_encryption_parameters',
    ],
    [
      'a request with another enc',
      async (a) => {
        const { seal, post, wanted } = await asker()
        return post('credential', a, await seal(await wanted(), { enc: 'A128GCM' }))
      },
      'invalid_encryption_parameters',
    ],
    [
      'a sealed request that is none',
      async (a) => world.post('credential', 'a.b.c', world.asPhone(a, 'application/jwt')),
      'invalid_encryption_parameters',
    ],
    [
      'a sealed request of nothing',
      async (a) => world.post('credential', await unsealed(), world.asPhone(a, 'application/jwt')),
      'invalid_credential_request',
    ],
    [
      'a sealed request that was bent',
      async (a) =>
        world.post(
          'credential',
          `${(await (await asker()).seal({})).slice(0, -4)}AAAA`,
          world.asPhone(a, 'application/jwt'),
        ),
      'invalid_credential_request',
    ],
    [
      'configuration and identifier at once',
      async (a) =>
        world.credential(a, {
          credential_configuration_id: sdJwt,
          credential_identifier: 'x',
          proofs: { jwt: [await world.proof()] },
        }),
      'invalid_credential_request',
    ],
    ['a transaction of nobody', (a) => world.deferred(a, 'nobody'), 'invalid_transaction_id'],
    ['no transaction', (a) => world.deferred(a, undefined), 'invalid_credential_request'],
    ['a transaction that is a number', (a) => world.deferred(a, 7), 'invalid_credential_request'],
    [
      'a deferred request of half a JSON',
      (a) => world.post('deferred', '{"tr', world.asPhone(a)),
      'invalid_credential_request',
    ],
    [
      'a notice of nobody',
      (a) => world.tell(a, { notification_id: 'nobody', event: 'credential_accepted' }),
      'invalid_notification_id',
    ],
    [
      'a notice without its name',
      (a) => world.tell(a, { event: 'credential_accepted' }),
      'invalid_notification_request',
    ],
    [
      'a notice without event',
      (a) => world.tell(a, { notification_id: 'x' }),
      'invalid_notification_request',
    ],
    [
      'a notice of another event',
      (a) => world.tell(a, { notification_id: 'x', event: 'Credential_Accepted' }),
      'invalid_notification_request',
    ],
    [
      'a notice with a line break in it',
      (a) => world.tell(a, { notification_id: 'x', event: 'credential_failure', event_description: 'a\nb' }),
      'invalid_notification_request',
    ],
    [
      'a notice of half a JSON',
      (a) => world.post('notification', '{', world.asPhone(a)),
      'invalid_notification_request',
    ],
  ])('%s', async (_name, ask, error) => {
    const { access } = await world.redeemed()
    expect(await ask(access)).toMatchObject({ status: 400, error })
  })

  test.each(['credential', 'deferred', 'notification'])('%s without a token', async (path) => {
    expect(await world.post(path, '{}', world.asPhone(undefined))).toMatchObject({
      status: 401,
      challenge: 'Bearer',
    })
    expect(await world.post(path, '{}', world.asPhone('a.b.c'))).toMatchObject({
      status: 401,
      error: 'invalid_token',
    })
  })

  test('what another phone was told is not there for this one', async () => {
    const [one, other] = [await world.redeemed(), await world.redeemed('other-phone')]
    const { notification_id } = await world.take(one.access)
    const told = await world.tell(other.access, { notification_id, event: 'credential_accepted' })
    expect(told.error).toBe('invalid_notification_id')
  })
})

test('an offer reads the same by value and by reference', async () => {
  const offer = await world.state.offers.create('both-ways')
  const at = new URL(offerByReference(offer, world.state.url)).searchParams.get('credential_offer_uri') ?? ''
  const whole = new URL(offerByValue(offer, world.state.url)).searchParams.get('credential_offer') ?? ''
  expect(JSON.parse(whole)).toEqual(await (await fetch(at)).json())
})
