import { DcqlQuery } from 'dcql'
import { describe, expect, it } from 'vitest'
import { createPresentationRequest } from '../../../main/credentials/presentation-request.ts'
import { ask, noon } from './wallet.ts'

describe('presentation request', () => {
  it('is an OpenID4VP request that asks for the named claims in either format', () => {
    const asked = ask(['dzongkhag', 'gewog'])
    const parameters = Object.fromEntries(new URL(asked.text).searchParams)
    expect(parameters).toMatchObject({
      response_type: 'vp_token',
      client_id: 'redirect_uri:btkiosk:present:1:r1',
      redirect_uri: 'btkiosk:present:1:r1',
      nonce: asked.nonce,
    })
    const query = DcqlQuery.parse(JSON.parse(parameters['dcql_query'] ?? ''))
    expect(query.credentials.map(({ format }) => format)).toEqual(['dc+sd-jwt', 'ldp_vc'])
    expect(query.credentials[0]?.claims).toEqual([{ path: ['dzongkhag'] }, { path: ['gewog'] }])
    expect(query.credential_sets).toEqual([{ options: [['sd'], ['ld']], required: true }])
  })

  it('fits a comfortable QR code', () => {
    expect(ask(['dzongkhag']).text.length).toBeLessThan(850)
    expect(ask(['fullName', 'cid', 'dateOfBirth', 'gender']).text.length).toBeLessThan(1200)
  })

  it('has 128 fresh random bits each time, and an end', () => {
    const [one, two] = [ask(['cid']), ask(['cid'])]
    expect(one.nonce).toHaveLength(22)
    expect(one.nonce).not.toBe(two.nonce)
    expect(one.expires - noon).toBe(300_000)
  })

  it.each([
    ['r 1', ['cid'] as const],
    ['', ['cid'] as const],
    ['r1', []],
    ['r1', ['cid', 'cid'] as const],
  ])('cannot be made of id %j and claims %j', (id, claims) => {
    const random = (bytes: number) => new Uint8Array(bytes)
    expect(() => createPresentationRequest({ id, claims, clock: { now: () => noon }, random })).toThrow()
  })
})
