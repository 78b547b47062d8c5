/** Who signed a document: with every kind of key that countries use, made by OpenSSL; and every way in which it fails. */
import { describe, expect, it } from 'vitest'
import { checkSecurityObject } from '../../../../hardware/card/travel-document/passive-authentication.ts'
import {
  createCountry,
  makeDocument,
  plainKeys,
} from '../../../../hardware/simulators/card/travel-document/documents.ts'
import {
  ecSigner,
  rsaSigner,
  type Signer,
} from '../../../../hardware/simulators/card/travel-document/signer.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const year = 365 * 24 * 3_600_000
const portrait = Uint8Array.of(0xff, 0xd8, 0xff)
const plan = { access: 'bac', portrait } as const

function issue(authority: Signer, signer: Signer) {
  const country = createCountry(now, { authority, signer })
  const { files } = makeDocument({ ...plan, signer: country.signer() })
  return {
    country,
    object: files.get(0x011d) ?? new Uint8Array(),
    group1: files.get(0x0101) ?? new Uint8Array(),
  }
}

describe('keys', () => {
  it.each<[string, () => Signer]>([
    ['ECDSA on P-256', () => ecSigner('P-256')],
    ['ECDSA on P-384', () => ecSigner('P-384')],
    ['ECDSA on P-521', () => ecSigner('P-521')],
    ['ECDSA on brainpoolP256r1', () => ecSigner('brainpoolP256r1')],
    ['ECDSA on brainpoolP384r1', () => ecSigner('brainpoolP384r1')],
    ['ECDSA on brainpoolP512r1', () => ecSigner('brainpoolP512r1')],
    ['ECDSA on P-256, by its numbers', () => ecSigner('P-256', 'explicit')],
    ['ECDSA on brainpoolP256r1, by its numbers', () => ecSigner('brainpoolP256r1', 'explicit')],
    ['RSA PKCS #1 v1.5', () => rsaSigner('pkcs1')],
    ['RSA-PSS', () => rsaSigner('pss')],
  ])('%s, of the country and of its signer', (_name, make) => {
    const { country, object, group1 } = issue(make(), make())
    const genuine = checkSecurityObject(object, [country.csca], now)._unsafeUnwrap()
    expect(genuine.country).toBe('BT')
    expect([...genuine.hashes.keys()]).toEqual([1, 2])
    expect(genuine.matches(1, group1)).toBe(true)
    expect(genuine.matches(1, group1.subarray(1))).toBe(false)
    expect(genuine.matches(3, group1)).toBe(false)
  })

  it('of a curve that is not known are not believed', () => {
    const { country, object } = issue(ecSigner('secp256k1'), ecSigner('P-256'))
    expect(checkSecurityObject(object, [country.csca], now)).toMatchObject({
      error: 'travel-document.unsupported',
    })
    const other = issue(ecSigner('P-256'), ecSigner('secp256k1'))
    expect(checkSecurityObject(other.object, [other.country.csca], now)).toMatchObject({
      error: 'travel-document.unsupported',
    })
  })
})

describe('trust', () => {
  const { country, object } = issue(ecSigner(), ecSigner())
  const stranger = createCountry(now, plainKeys())

  it('is found among other certificates and what is none', () => {
    const list = [new Uint8Array(), Uint8Array.of(0x30, 0x80), stranger.csca, country.csca]
    expect(checkSecurityObject(object, list, now).isOk()).toBe(true)
  })

  it.each([
    ['nobody is trusted', []],
    ['another with the same name is', [stranger.csca]],
    ['only the signer itself is', [country.signer().certificate]],
  ])('is not there when %s', (_what, list) => {
    expect(checkSecurityObject(object, list, now)).toMatchObject({ error: 'travel-document.issuer-unknown' })
  })

  it.each([
    ['before the signer', -2],
    ['after the country', 3],
  ])('has an end: %s', (_what, years) => {
    const at = now + years * year
    expect(checkSecurityObject(object, [country.csca], at)).toMatchObject({
      error: 'travel-document.signer-expired',
    })
  })

  it('is not for a signature by another key than the certificate has', () => {
    const signer = country.signer()
    const { files } = makeDocument({ ...plan, signer: { ...signer, key: ecSigner() } })
    const forged = files.get(0x011d) ?? new Uint8Array()
    expect(checkSecurityObject(forged, [country.csca], now)).toMatchObject({
      error: 'travel-document.bad-signature',
    })
  })
})
