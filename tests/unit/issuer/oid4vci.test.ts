/** OpenID4VCI at the issuer under bad input and bad luck, over HTTP, each error by its name in the specification. */
import { connect } from 'node:net'
import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ldp, oid4vciWorld, sdJwt, type ProofChanges } from './oid4vci-world.ts'

let world: Awaited<ReturnType<typeof oid4vciWorld>>
beforeAll(async () => (world = await oid4vciWorld()))
afterAll(() => world.close())

const minute = 60_000
const wrong = (txCode: string) => (txCode === '000000' ? '000001' : '000000')

describe('the offer', () => {
  test('is good once', async () => {
    const offer = await world.state.offers.create('once')
    expect((await world.token(offer.code, offer.txCode)).access_token).toBeTypeOf('string')
    expect(await world.token(offer.code, offer.txCode)).toMatchObject({ status: 400, error: 'invalid_grant' })
  })

  test('of two phones at once one gets it', async () => {
    const offer = await world.state.offers.create('two')
    const both = await Promise.all([1, 2].map(() => world.token(offer.code, offer.txCode)))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  test('is void after five wrong transaction codes, also where the issuer was restarted between them', async () => {
    const offer = await world.state.offers.create('five')
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await world.token(offer.code, wrong(offer.txCode))).error).toBe('invalid_grant')
      if (tries === 2) await world.restart()
    }
    expect((await world.token(offer.code, offer.txCode)).error).toBe('invalid_grant')
    expect(world.state.offers.byId(offer.id)).toMatchObject({ state: 'void', wrongTries: 5 })
  })

  test('four wrong ones do not hurt', async () => {
    const offer = await world.state.offers.create('four')
    for (let tries = 0; tries < 4; tries += 1) await world.token(offer.code, wrong(offer.txCode))
    expect((await world.token(offer.code, offer.txCode)).status).toBe(200)
  })

  test('that a citizen is looking at survives a restart of the issuer', async () => {
    const offer = await world.state.offers.create('restart')
    await world.restart()
    const shown = await fetch(`${world.state.url}/oid4vci/offers/${offer.id}`)
    expect(JSON.stringify(await shown.json())).toContain(offer.code)
    const { access_token } = await world.token(offer.code, offer.txCode)
    await world.restart()
    expect((await world.take(access_token)).credentials).toHaveLength(1)
    await world.restart()
    expect((await world.take(access_token)).error).toBe('credential_request_denied')
    expect((await world.take(access_token, ldp)).credentials).toHaveLength(1)
    await vi.waitFor(() => expect(world.state.collected).toContain('restart'))
  })

  test('is over after its time, code, page and token', async () => {
    const offer = await world.state.offers.create('late')
    const used = await world.redeemed('late-token')
    world.clock.at += 10 * minute
    expect((await world.token(offer.code, offer.txCode)).error).toBe('invalid_grant')
    expect((await fetch(`${world.state.url}/oid4vci/offers/${offer.id}`)).status).toBe(404)
    expect(await world.take(used.access)).toMatchObject({ status: 401, error: 'invalid_token' })
  })

  test('is replaced by a newer one of the same request, and so is its token', async () => {
    const first = await world.redeemed('again')
    const second = await world.redeemed('again')
    expect((await world.take(first.access)).error).toBe('invalid_token')
    expect((await world.take(second.access)).credentials).toHaveLength(1)
  })

  test.each<[string, () => Promise<{ error?: string | undefined }>, string]>([
    ['without a transaction code', async () => world.token((await fresh()).code), 'invalid_request'],
    ['a code of nobody', () => world.token('nobody', '123456'), 'invalid_grant'],
    ['a code that was bent', async () => world.token(`${(await fresh()).code}x`, '123456'), 'invalid_grant'],
    ['another grant', () => world.token('a', 'b', { grant_type: 'password' }), 'unsupported_grant_type'],
    [
      'a grant without code',
      () => world.post('token', 'grant_type=authorization_code', world.form),
      'invalid_request',
    ],
    ['nothing', () => world.post('token', '', world.form), 'invalid_request'],
    ['JSON', () => world.post('token', '{', { 'content-type': 'application/json' }), 'invalid_request'],
    ['a megabyte', () => world.post('token', 'x'.repeat(1_000_000), world.form), 'invalid_request'],
  ])('%s', async (_name, ask, error) => {
    expect((await ask()).error).toBe(error)
  })
  const fresh = () => world.state.offers.create(`fresh-${Math.random()}`)
})

describe('the credential', () => {
  test('of each configuration is given once', async () => {
    const { access } = await world.redeemed('each')
    expect((await world.take(access)).credentials).toHaveLength(1)
    expect(await world.take(access)).toMatchObject({ status: 400, error: 'credential_request_denied' })
    expect((await world.take(access, ldp)).credentials).toHaveLength(1)
    expect((await world.take(access, ldp)).error).toBe('credential_request_denied')
  })

  test('of one configuration asked for twice at once is given once', async () => {
    const { access } = await world.redeemed('twice-at-once')
    const both = await Promise.all([world.take(access), world.take(access)])
    expect(both.map(({ error }) => error ?? 'given').sort()).toEqual(['credential_request_denied', 'given'])
  })

  test('whose answer never left may be asked for again', async () => {
    const { access, offer } = await world.redeemed('lost')
    const body = JSON.stringify({
      credential_configuration_id: ldp,
      proofs: { jwt: [await world.proof()] },
    })
    const back = vi.spyOn(world.state.offers, 'takeBack')
    const { port } = new URL(world.state.url)
    const socket = connect(Number(port), '127.0.0.1')
    // The phone goes as soon as the issuer has begun to make the credential.
    const original = world.state.offers.give.bind(world.state.offers)
    const gone = new Promise<void>((resolve) => {
      vi.spyOn(world.state.offers, 'give').mockImplementationOnce(async (...args) => {
        const result = await original(...args)
        const before = await world.connections()
        socket.once('close', () => resolve())
        socket.destroy()
        // Making it takes less than a hang-up takes to be heard of.
        await vi.waitFor(async () => expect(await world.connections()).toBeLessThan(before))
        return result
      })
    })
    socket.write(
      `POST /oid4vci/credential HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${access}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await gone
    await vi.waitFor(() => expect(back).toHaveBeenCalledTimes(1))
    await vi.waitFor(() => expect(offer.given.size).toBe(0))
    expect(offer.notices, 'of what never left nothing can be told').toEqual([])
    expect((await world.take(access, ldp)).credentials).toHaveLength(1)
  })

  test.each<[string, ProofChanges | (() => Promise<ProofChanges>), string]>([
    ['another audience', { aud: 'http://elsewhere.example' }, 'invalid_proof'],
    ['no nonce', { nonce: undefined }, 'invalid_proof'],
    ['a nonce of nobody', { nonce: 'abc' }, 'invalid_nonce'],
    ['a nonce that was bent', async () => ({ nonce: bend(await world.nonce()) }), 'invalid_nonce'],
    ['a day old', async () => ({ iat: world.clock.at / 1000 - 86_400 }), 'invalid_proof'],
    ['from the future', async () => ({ iat: world.clock.at / 1000 + 86_400 }), 'invalid_proof'],
    ['another type', { typ: 'JWT' }, 'invalid_proof'],
    [
      'a key that did not sign',
      async () => ({ signer: (await generateKeyPair('ES256')).privateKey }),
      'invalid_proof',
    ],
    [
      'an algorithm that is not offered',
      async () => ({ alg: 'ES384', signer: (await generateKeyPair('ES384')).privateKey }),
      'invalid_proof',
    ],
    ['no key', { header: {} }, 'invalid_proof'],
    ['two keys', async () => ({ header: { jwk: world.jwk, kid: 'did:key:z1' } }), 'invalid_proof'],
    ['a did of another method', { header: { kid: 'did:web:example.org#1' } }, 'invalid_proof'],
    ['a did:jwk of nothing', { header: { kid: 'did:jwk:e30#0' } }, 'invalid_proof'],
  ])('is refused for a proof with %s', async (_name, given, error) => {
    const { access } = await world.redeemed()
    const change = typeof given === 'function' ? await given() : given
    expect(await world.take(access, sdJwt, change)).toMatchObject({ status: 400, error })
    expect((await world.take(access)).credentials, 'and is still to be had').toHaveLength(1)
  })

  test('is refused for a nonce that was used, and for one of yesterday', async () => {
    const { access } = await world.redeemed()
    const nonce = await world.nonce()
    expect((await world.take(access, sdJwt, { nonce })).credentials).toHaveLength(1)
    expect((await world.take(access, ldp, { nonce })).error).toBe('invalid_nonce')
    const yesterday = await world.nonce()
    world.clock.at += 24 * 60 * minute
    const today = await world.redeemed()
    expect((await world.take(today.access, sdJwt, { nonce: yesterday })).error).toBe('invalid_nonce')
  })

  test('the same proof in two requests at once works once', async () => {
    const { access } = await world.redeemed()
    const jwt = await world.proof()
    const ask = (id: string) =>
      world.credential(access, { credential_configuration_id: id, proofs: { jwt: [jwt] } })
    const both = await Promise.all([ask(sdJwt), ask(ldp)])
    expect(both.map(({ error }) => error ?? 'given').sort()).toEqual(['given', 'invalid_nonce'])
  })

  test.each<[string, (jwt: string) => object | string, string]>([
    [
      'an unknown configuration',
      (jwt) => ({ credential_configuration_id: 'x', proofs: { jwt: [jwt] } }),
      'unknown_credential_configuration',
    ],
    [
      'an identifier',
      (jwt) => ({ credential_identifier: 'x', proofs: { jwt: [jwt] } }),
      'unknown_credential_identifier',
    ],
    ['no proof', () => ({ credential_configuration_id: sdJwt }), 'invalid_proof'],
    ['an empty list', () => ({ credential_configuration_id: sdJwt, proofs: { jwt: [] } }), 'invalid_proof'],
    [
      'the same proof twice',
      (jwt) => ({ credential_configuration_id: sdJwt, proofs: { jwt: [jwt, jwt] } }),
      'invalid_proof',
    ],
    [
      'another kind of proof',
      () => ({ credential_configuration_id: sdJwt, proofs: { di_vp: [{}] } }),
      'invalid_proof',
    ],
    ['no JWT', () => ({ credential_configuration_id: sdJwt, proofs: { jwt: ['a.b.c'] } }), 'invalid_proof'],
    ['nothing', () => ({}), 'invalid_credential_request'],
    ['a list', () => [], 'invalid_credential_request'],
    ['half a JSON', () => '{"credential_', 'invalid_credential_request'],
    ['a long one', () => ({ credential_configuration_id: 'x'.repeat(40_000) }), 'invalid_credential_request'],
  ])('is refused for %s', async (_name, body, error) => {
    const { access } = await world.redeemed()
    expect(await world.credential(access, body(await world.proof()))).toMatchObject({ status: 400, error })
  })

  test('is refused without a token, with one of somebody else, and with one that was bent or is too old', async () => {
    expect(await world.take(undefined)).toMatchObject({ status: 401, challenge: 'Bearer' })
    const { access } = await world.redeemed()
    for (const bad of ['opaque', 'a.b.c', bend(access), `${access}.x`]) {
      expect(await world.take(bad)).toMatchObject({
        status: 401,
        error: 'invalid_token',
        challenge: 'Bearer error="invalid_token"',
      })
    }
    world.clock.at += 6 * minute
    expect((await world.take(access)).error).toBe('invalid_token')
  })

  test('is given for a did:jwk and in the words of older drafts', async () => {
    const { access } = await world.redeemed()
    const did = `did:jwk:${Buffer.from(JSON.stringify(world.jwk)).toString('base64url')}`
    expect((await world.take(access, ldp, { header: { kid: `${did}#0` } })).credentials).toHaveLength(1)
    const jwt = await world.proof()
    const old = { credential_configuration_id: sdJwt, proof: { proof_type: 'jwt', jwt } }
    expect((await world.credential(access, old)).credentials).toHaveLength(1)
  })
})

/** Changes a letter in the middle, where every bit of it counts. */
function bend(text: string): string {
  const at = Math.floor(text.length / 2)
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}
