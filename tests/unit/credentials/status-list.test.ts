import { beforeAll, describe, expect, it } from 'vitest'
import { generateIssuerKey, type IssuerKey } from '../../../main/credentials/keys.ts'
import { checkStatus, createStatusList, withStatus } from '../../../main/credentials/status-list.ts'
import { statusEntry, type StatusListCredential } from '../../../main/credentials/z-status.ts'

const url = 'http://127.0.0.1:4000/status/1'
const made = new Date('2026-03-01T00:00:00Z')
const now = new Date('2026-03-04T12:00:00Z')
let issuerKey: IssuerKey
let list: StatusListCredential

beforeAll(async () => {
  issuerKey = await generateIssuerKey()
  list = await createStatusList({ issuerKey, url, revoked: [0, 7, 131_071], validFrom: made })
})

const look = (index: number, change: object = {}, given: unknown = list) =>
  checkStatus({ place: { listUrl: url, index }, issuer: issuerKey.did, list: given, now, ...change })

describe('status list', () => {
  it.each([
    [0, true],
    [1, false],
    [7, true],
    [131_070, false],
    [131_071, true],
  ])('entry %i is revoked: %s', async (index, revoked) => {
    expect((await look(index))._unsafeUnwrap()).toEqual({ revoked, ageDays: 3.5 })
  })

  it('takes a bit back and keeps the others', async () => {
    const next = await withStatus(list, { index: 7, revoked: false, issuerKey, validFrom: now })
    expect((await look(7, {}, next))._unsafeUnwrap()).toEqual({ revoked: false, ageDays: 0 })
    expect((await look(0, {}, next))._unsafeUnwrap().revoked).toBe(true)
    const more = await withStatus(next, { index: 9, revoked: true, issuerKey, validFrom: now })
    expect((await look(9, {}, more))._unsafeUnwrap().revoked).toBe(true)
  })

  it('is believed only unchanged, from the same issuer, and as the list that was named', async () => {
    const other = await createStatusList({ issuerKey, url, revoked: [], validFrom: made })
    const { encodedList } = other.credentialSubject
    const forged = { ...list, credentialSubject: { ...list.credentialSubject, encodedList } }
    expect((await look(7, {}, forged))._unsafeUnwrapErr().code).toBe('presentation.bad-signature')
    const stranger = await generateIssuerKey()
    const theirs = await createStatusList({ issuerKey: stranger, url, revoked: [], validFrom: made })
    expect((await look(7, {}, theirs))._unsafeUnwrapErr().code).toBe('presentation.issuer-unknown')
    const elsewhere = { place: { listUrl: `${url}1`, index: 7 } }
    expect((await look(7, elsewhere))._unsafeUnwrapErr().code).toBe('presentation.unreadable')
  })

  it.each([undefined, null, 'no', {}, []])('does not read %j', async (given) => {
    const place = { listUrl: url, index: 7 }
    const result = await checkStatus({ place, issuer: issuerKey.did, list: given, now })
    expect(result._unsafeUnwrapErr().code).toBe('presentation.unreadable')
  })

  it('has no place outside of its length', () => {
    expect(() => statusEntry({ listUrl: url, index: 131_072 })).toThrow(RangeError)
    expect(() => statusEntry({ listUrl: url, index: -1 })).toThrow(RangeError)
  })
})
