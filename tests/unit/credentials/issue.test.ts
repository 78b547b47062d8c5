import { describe, expect, it } from 'vitest'
import { deriveCredential } from '../../../main/credentials/derive.ts'
import { ageOn, issuedClaims } from '../../../main/credentials/issued-claims.ts'
import { zClaimName } from '../../../main/credentials/z-foundational.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import { verifyDerived } from '../../../main/credentials/verify-ldp.ts'
import { claims, createWorld, listUrl, portrait } from './wallet.ts'

describe('age', () => {
  it.each([
    ['2008-03-01', '2026-02-28T17:59:59Z', 17],
    ['2008-03-01', '2026-02-28T18:00:00Z', 18], // midnight in Thimphu
    ['2008-02-29', '2026-02-28T10:00:00Z', 17],
    ['2008-02-29', '2026-03-01T10:00:00Z', 18],
    ['1990-12-31', '2026-01-01T10:00:00Z', 35],
  ])('born %s, at %s: %i', (born, at, age) => {
    expect(ageOn(born, new Date(at))).toBe(age)
  })
})

describe('claims', () => {
  it.each([
    { portrait: 'no base64url!' },
    { portrait: 'A'.repeat(2_732) },
    { cid: '1234567890' },
    { dateOfBirth: '1990-02-31' },
    { fullName: '' },
    { cid: undefined },
  ])('refuses to issue %j', (wrong) => {
    expect(() => issuedClaims({ ...claims, ...wrong } as typeof claims, new Date())).toThrow()
  })
})

describe('W3C form', () => {
  it('is a VCDM 2.0 credential bound to the holder, with a place in the status list', async () => {
    const { ldp, issuer, holder } = await createWorld()
    expect(ldp).toMatchObject({
      '@context': ['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/bhutan-id/foundational/v1'],
      type: ['VerifiableCredential', 'FoundationalIdCredential'],
      issuer: issuer.did,
      credentialStatus: {
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: '42',
        statusListCredential: listUrl,
      },
      credentialSubject: { id: holder.did, ...claims, ageOver18: true },
      proof: { cryptosuite: 'ecdsa-sd-2023', verificationMethod: issuer.keyId },
    })
  })

  it('derives to the mandatory parts and the claims that were picked, nothing else', async () => {
    const { ldp, issuer, holder } = await createWorld()
    const derived = await deriveCredential(ldp, ['gewog'])
    expect(derived.credentialSubject).toEqual({ id: holder.did, gewog: 'Chang' })
    expect((await verifyDerived(derived, trustDids([issuer.did])))._unsafeUnwrap().credential.issuer).toBe(
      issuer.did,
    )
  })

  it.each(zClaimName.options)('verifies with %s alone', async (name) => {
    const { ldp, issuer } = await createWorld({ claims: { ...claims, portrait } })
    const derived = await deriveCredential(ldp, [name])
    expect(Object.keys(derived.credentialSubject).sort()).toEqual(['id', name].sort())
    expect((await verifyDerived(derived, trustDids([issuer.did]))).isOk()).toBe(true)
  })

  it('is refused as it was issued: a base proof is for the holder', async () => {
    const { ldp, issuer } = await createWorld()
    const result = await verifyDerived(ldp, trustDids([issuer.did]))
    expect(result._unsafeUnwrapErr().code).toBe('presentation.bad-signature')
  })
})

describe('SD-JWT form', () => {
  it('names its issuer, type, holder and status openly, and hides every claim', async () => {
    const { sdJwt, issuer, holder } = await createWorld({ claims: { ...claims, portrait } })
    const [jwt = '', ...disclosures] = sdJwt.split('~')
    const [header, payload] = jwt.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    expect(JSON.parse(header ?? '')).toEqual({
      alg: 'ES256',
      typ: 'dc+sd-jwt',
      kid: `#${issuer.did.slice('did:key:'.length)}`,
    })
    const open = JSON.parse(payload ?? '')
    expect(open).toMatchObject({
      iss: issuer.did,
      vct: 'https://w3id.org/bhutan-id/foundational-id',
      cnf: { jwk: holder.publicJwk },
      status: { status_list: { idx: 42, uri: `${listUrl}/token` } },
      _sd_alg: 'sha-256',
    })
    expect(Object.keys(open).filter((name) => zClaimName.safeParse(name).success)).toEqual([])
    expect(open._sd).toHaveLength(15)
    const names = disclosures
      .slice(0, -1)
      .map((text) => JSON.parse(Buffer.from(text, 'base64url').toString())[1])
    expect(names.sort()).toEqual([...zClaimName.options].sort())
  })
})
