/** The IETF's list: read as its draft has it, and refused where it is not sound. */
import { deflateSync } from 'node:zlib'
import { StatusList } from '@sd-jwt/jwt-status-list'
import { decodeJwt, SignJWT } from 'jose'
import { beforeAll, expect, it, test } from 'vitest'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { privateKeyOf } from '../../../main/credentials/p256.ts'
import { checkTokenStatus, createTokenStatusList } from '../../../main/credentials/token-status-list.ts'

const uri = 'http://127.0.0.1:4000/status/1/token'
const made = new Date('2026-03-01T00:00:00Z')
const now = new Date('2026-03-03T12:00:00Z')
let key: IssuerKey
let jwt: string
beforeAll(async () => {
  key = await generateIssuerKey()
  jwt = await createTokenStatusList({ issuerKey: key, uri, revoked: [0, 9, 131_071], validFrom: made })
})

const check = async (index: number, list: unknown = jwt, listUrl = uri) =>
  (await checkTokenStatus({ place: { listUrl, index }, issuer: key.did, list, now })).match(
    ({ revoked, ageDays }) => `${revoked ? 'revoked' : 'good'} ${ageDays}`,
    ({ code }) => code,
  )

test('every bit is where the draft puts it, and the age is told', async () => {
  for (const index of [0, 9, 131_071]) expect(await check(index)).toBe('revoked 2.5')
  for (const index of [1, 7, 8, 10, 131_070]) expect(await check(index)).toBe('good 2.5')
})

test('the example of the draft (§4.1) reads as there', async () => {
  // One bit each: 1,0,0,1,1,1,0,1, 1,1,0,0,0,1,0,1 are the octets b9 a3.
  const lst = 'eNrbuRgAAhcBXQ'
  const token = await signed({ status_list: { bits: 1, lst } })
  const bits = StatusList.decompressStatusList(lst, 1).statusList
  for (const [index, bit] of bits.slice(0, 16).entries())
    expect(await check(index, token)).toBe(bit === 1 ? 'revoked 2.5' : 'good 2.5')
  expect(bits.slice(0, 8)).toEqual([1, 0, 0, 1, 1, 1, 0, 1])
  expect(await check(16, token)).toBe('presentation.unreadable')
})

const signed = (content: object, by = key, header = {}) =>
  new SignJWT({ ...decodeJwt(jwt), iss: by.did, ...content })
    .setProtectedHeader({ alg: 'ES256', typ: 'statuslist+jwt', kid: by.keyId, ...header })
    .sign(privateKeyOf(by.privateJwk))

it('is refused where it is another list, a stranger’s, changed, or no list at all', async () => {
  expect(await check(1, jwt, `${uri}x`)).toBe('presentation.unreadable')
  expect(await check(1, await signed({}, await generateIssuerKey()))).toBe('presentation.issuer-unknown')
  const other = await createTokenStatusList({ issuerKey: key, uri, revoked: [], validFrom: made })
  const mixed = [jwt.split('.')[0], other.split('.')[1], jwt.split('.')[2]].join('.')
  expect(await check(9, mixed)).toBe('presentation.bad-signature')
  expect(await check(1, await signed({}, key, { typ: 'JWT' }))).toBe('presentation.unreadable')
  expect(await check(1, await signed({ status_list: { bits: 2, lst: 'eNo' } }))).toBe(
    'presentation.unreadable',
  )
  for (const nonsense of ['', 'a.b.c', 'x'.repeat(900_000), 7, null, {}])
    expect(await check(1, nonsense)).toBe('presentation.unreadable')
})

it('does not become gigabytes, nor is it read where it was cut off', async () => {
  const bomb = deflateSync(Buffer.alloc(50_000_000)).toString('base64url')
  expect(await check(1, await signed({ status_list: { bits: 1, lst: bomb } }))).toBe(
    'presentation.unreadable',
  )
  const whole = deflateSync(Buffer.alloc(16_384, 1)).toString('base64url')
  const cut = await signed({ status_list: { bits: 1, lst: whole.slice(0, 8) } })
  expect(await check(1, cut)).toBe('presentation.unreadable')
})
