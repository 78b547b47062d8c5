/** The issuer judges a passport again, with other code than the kiosk's, from what the kiosk sent. */
import fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createCountry, makeDocument } from '../../../hardware/simulators/card/travel-document/documents.ts'
import {
  makeTravelDocuments,
  travelDocumentNames,
} from '../../../hardware/simulators/card/travel-document/kinds.ts'
import { ecSigner, rsaSigner } from '../../../hardware/simulators/card/travel-document/signer.ts'
import { doubtsAbout } from '../../../sync/issuer/travel-document/check-travel-document.ts'
import { readCountryCertificates } from '../../../sync/issuer/travel-document/country-certificates.ts'
import { readSignedHashes } from '../../../sync/issuer/travel-document/signed-hashes.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const { country, documents } = await makeTravelDocuments(now)
const claims = { dateOfBirth: '1991-04-17', gender: 'female' }

function doubts(
  content: (typeof documents)['passport-pace'],
  changed: { claims?: typeof claims; trusted?: Uint8Array[]; withoutFace?: boolean } = {},
) {
  const file = (id: number) => Buffer.from(content.files.get(id) ?? [])
  return doubtsAbout({
    document: {
      securityObject: file(0x011d).toString('base64url'),
      group1: file(0x0101).toString('base64url'),
      chip: 'not-offered',
      readAt: new Date(now).toISOString(),
    },
    group2: changed.withoutFace ? undefined : file(0x0102),
    claims: changed.claims ?? claims,
    trusted: changed.trusted ?? [country.csca],
  })
}

describe('a passport', () => {
  const expected: Partial<Record<string, string>> = {
    'passport-wrong-signature': 'document-not-genuine',
    'passport-tampered': 'document-not-genuine',
    'passport-other-face': 'document-not-genuine',
    'passport-unknown-issuer': 'document-issuer-unknown',
    'passport-expired-signer': 'document-not-genuine',
  }
  // A copied chip has the genuine files: the kiosk alone can tell.
  it.each(travelDocumentNames)('%s', (name) => expect(doubts(documents[name])).toBe(expected[name]))

  it('without a face is judged by its data alone', () => {
    expect(doubts(documents['passport-other-face'], { withoutFace: true })).toBeUndefined()
  })

  it.each([
    ['another day of birth', { dateOfBirth: '1991-04-18', gender: 'female' }, 'document-mismatch'],
    ['another gender', { dateOfBirth: '1991-04-17', gender: 'male' }, 'document-mismatch'],
    ['another century', { dateOfBirth: '2091-04-17', gender: 'female' }, undefined],
  ])('beside %s: %s', (_what, other, doubt) => {
    expect(doubts(documents['passport-pace'], { claims: other })).toBe(doubt)
    expect(doubts(documents['id-card'], { claims: other })).toBe(doubt)
  })

  it.each([
    ['no country', []],
    ['what is no certificate', [Uint8Array.of(1, 2, 3)]],
    ['the document signer itself', [country.signer().certificate]],
  ])('under %s has an unknown issuer', (_what, trusted) => {
    expect(doubts(documents['passport-pace'], { trusted })).toBe('document-issuer-unknown')
  })

  it.each([
    ['P-384', () => ecSigner('P-384')],
    ['brainpoolP256r1 by its numbers', () => ecSigner('brainpoolP256r1', 'explicit')],
    ['RSA', () => rsaSigner('pkcs1')],
    ['RSA-PSS', () => rsaSigner('pss')],
  ])('signed with %s is believed', (_what, make) => {
    const other = createCountry(now, { authority: make(), signer: make() })
    const document = makeDocument({ access: 'bac', signer: other.signer() })
    expect(doubts(document, { trusted: [country.csca, other.csca] })).toBeUndefined()
  })
})

describe('hostile bytes', () => {
  const object = documents['passport-pace'].files.get(0x011d) ?? new Uint8Array()
  const judge = (bytes: Uint8Array) => readSignedHashes(bytes, [country.csca], new Date(now))

  it('are no security object', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof judge(bytes)).toBe('string')
      }),
      { numRuns: 200 },
    )
  })

  it('of a genuine one never sign another file', () => {
    const group1 = documents['passport-tampered'].files.get(0x0101) ?? new Uint8Array()
    fc.assert(
      fc.property(fc.nat(object.length - 1), fc.nat(255), (at, to) => {
        const changed = Uint8Array.from(object)
        changed[at] = to
        const read = judge(changed)
        if (typeof read !== 'string') expect(read.matches(1, group1)).toBe(false)
        judge(changed.subarray(0, at))
      }),
      { numRuns: 200 },
    )
  })
})

it('the trust list is a folder: what is no certificate is left out, and none is no list', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-csca-'))
  try {
    await writeFile(join(folder, 'bt.der'), country.csca)
    await writeFile(join(folder, 'note.pem'), 'nothing')
    await writeFile(join(folder, 'readme.txt'), country.csca)
    const read = await readCountryCertificates(folder)
    expect(read.map((one) => Buffer.from(one).equals(country.csca))).toEqual([true])
    expect(await readCountryCertificates(join(folder, 'none'))).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})
