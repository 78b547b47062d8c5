import { describe, expect, it } from 'vitest'
import {
  didKeyFromJwk,
  generateIssuerKey,
  issuerKeyFromJwk,
  jwkFromDidKey,
  zP256PublicJwk,
} from '../../../main/credentials/keys.ts'

describe('keys', () => {
  it('gives the same key back from the stored JWK', async () => {
    const key = await generateIssuerKey()
    expect(await issuerKeyFromJwk(key.privateJwk)).toEqual(key)
    expect(key.keyId).toBe(`${key.did}#${key.did.slice('did:key:'.length)}`)
  })

  it('agrees with the example of the did:key method for P-256', async () => {
    const jwk = {
      kty: 'EC' as const,
      crv: 'P-256' as const,
      x: 'igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns',
      y: 'efsX5b10x8yjyrj4ny3pGfLcY7Xby1KzgqOdqnsrJIM',
    }
    const did = 'did:key:zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv'
    expect(await didKeyFromJwk(jwk)).toBe(did)
    expect(await jwkFromDidKey(did)).toEqual(jwk)
  })

  it('drops everything from a JWK that is not the key', async () => {
    const { publicJwk } = await generateIssuerKey()
    expect(zP256PublicJwk.parse({ ...publicJwk, kid: 'x', alg: 'ES256', x5c: ['…'] })).toEqual(publicJwk)
  })

  it.each([
    'did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2',
    'did:web:example.org',
    '',
    'did:key:zDna',
  ])('refuses %j as a P-256 did:key', async (did) => {
    await expect(jwkFromDidKey(did)).rejects.toThrow()
  })
})
