/** A code that a kiosk made without a link: taken at the issuer, collected by the phone it was made for once it is decided. */
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jktOf } from '../../../main/credentials/handover/holder-mark.ts'
import { zP256PublicJwk } from '../../../main/credentials/keys.ts'
import { oid4vciWorld, sdJwt } from './oid4vci-world.ts'

let world: Awaited<ReturnType<typeof oid4vciWorld>>
beforeAll(async () => (world = await oid4vciWorld()))
afterAll(() => world.close())

const day = 86_400_000
let count = 0
function made() {
  const request = `01HZZZZZZZZZZZZZZZZZZZ${String((count += 1)).padStart(4, '0')}`
  return {
    request,
    code: `q.${request}.${'Ab0_-xyz'.repeat(4)}`,
    txCode: '123456',
    until: world.clock.at + 30 * day,
    boundTo: jktOf(zP256PublicJwk.parse(world.jwk)),
    configurations: [sdJwt] as [typeof sdJwt],
  }
}
async function adopted() {
  const code = made()
  world.state.standings.set(code.request, { state: 'open' })
  expect(await world.state.offers.adopt(code)).toBe(true)
  return { ...code, access: (await world.token(code.code, code.txCode)).access_token ?? '' }
}
const decide = (request: string) => world.state.standings.delete(request)

describe('a code that a kiosk made', () => {
  test('is nobody’s before its packet has come', async () => {
    const { code, txCode } = made()
    expect((await world.token(code, txCode)).error).toBe('invalid_grant')
  })

  test('is collected by the phone after the decision, once, also where the issuer was restarted between', async () => {
    const { request, access } = await adopted()
    const first = await world.take(access, sdJwt)
    expect(first).toMatchObject({ status: 202, transaction_id: expect.any(String), interval: 300 })
    expect(first.credentials).toBeUndefined()
    const id = first.transaction_id ?? ''
    expect((await world.take(access, sdJwt)).transaction_id, 'asked anew it is the same').toBe(id)
    await world.restart()
    expect(await world.deferred(access, id)).toMatchObject({ status: 202, transaction_id: id, interval: 300 })
    decide(request)
    world.clock.at += 7 * day
    const got = await world.deferred(access, id)
    expect(got.status).toBe(200)
    expect(got.notification_id, 'wallets in the field throw it away with one').toBeUndefined()
    expect(got.credentials).toHaveLength(1)
    expect(await world.deferred(access, id)).toMatchObject({ status: 400, error: 'invalid_transaction_id' })
    expect((await world.take(access, sdJwt)).error).toBe('credential_request_denied')
    expect(world.state.collected).toContain(request)
  })

  test('asked for twice at once is given once', async () => {
    const { request, access } = await adopted()
    const id = (await world.take(access, sdJwt)).transaction_id ?? ''
    decide(request)
    const both = await Promise.all([world.deferred(access, id), world.deferred(access, id)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  test('is denied where the request was rejected', async () => {
    const { request, access } = await adopted()
    const id = (await world.take(access, sdJwt)).transaction_id ?? ''
    world.state.standings.set(request, { state: 'over' })
    expect(await world.deferred(access, id)).toMatchObject({
      status: 400,
      error: 'credential_request_denied',
    })
    expect((await world.take(access, sdJwt)).error).toBe('credential_request_denied')
  })

  test('is given for the key that was paired only', async () => {
    const { access } = await adopted()
    const other = await generateKeyPair('ES256', { extractable: true })
    const header = { jwk: await exportJWK(other.publicKey) }
    const stranger = { header, signer: other.privateKey }
    expect(await world.take(access, sdJwt, stranger)).toMatchObject({ status: 400, error: 'invalid_proof' })
    const both = { jwt: [await world.proof(), await world.proof(stranger)] }
    const asked = { credential_configuration_id: sdJwt, proofs: both }
    expect((await world.credential(access, asked)).error).toBe('invalid_proof')
  })

  test('is void after five wrong transaction codes, and is not in reach by its request', async () => {
    const code = made()
    await world.state.offers.adopt(code)
    expect((await fetch(`${world.state.url}/oid4vci/offers/q.${code.request}`)).status).toBe(404)
    for (let tries = 0; tries < 5; tries += 1)
      expect((await world.token(code.code, '000000')).error).toBe('invalid_grant')
    expect(await world.state.offers.adopt(code), 'the packet came twice').toBe(true)
    expect((await world.token(code.code, code.txCode)).error).toBe('invalid_grant')
  })

  test('is over at its end, and after 60 days whatever the kiosk’s clock said', async () => {
    const short = made()
    await world.state.offers.adopt({ ...short, until: world.clock.at + day })
    const long = made()
    await world.state.offers.adopt({ ...long, until: world.clock.at + 4_000 * day })
    world.clock.at += 2 * day
    expect((await world.token(short.code, short.txCode)).error).toBe('invalid_grant')
    world.clock.at += 59 * day
    expect((await world.token(long.code, long.txCode)).error).toBe('invalid_grant')
  })

  test.each<[string, (code: ReturnType<typeof made>) => object]>([
    ['of another request', ({ code }) => ({ code: code.replace('HZ', 'HY') })],
    ['without enough chance in it', ({ request }) => ({ code: `q.${request}.abc` })],
    ['with a short transaction code', () => ({ txCode: '1234' })],
    ['that is over', () => ({ until: world.clock.at })],
    ['for no key', () => ({ boundTo: 'x' })],
    ['for nothing', () => ({ configurations: [] })],
  ])('%s is not taken', async (_name, change) => {
    const code = made()
    expect(await world.state.offers.adopt({ ...code, ...change(code) })).toBe(false)
    expect((await world.token(code.code, code.txCode)).error).toBe('invalid_grant')
  })

  test('of a request that has one already is not taken', async () => {
    const code = made()
    await world.state.offers.adopt(code)
    const other = { ...code, code: `q.${code.request}.${'Zz0_-xyz'.repeat(4)}` }
    expect(await world.state.offers.adopt(other)).toBe(false)
    expect((await world.token(code.code, code.txCode)).status).toBe(200)
  })
})
