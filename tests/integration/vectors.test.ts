/** The W3C's own signed documents, through the product's loader and the very suites that its verifier takes. */
import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { DataIntegrityProof, type AnyCryptosuite } from '@digitalbazaar/data-integrity'
import { cryptosuite as ecdsaRdfc } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import { createDiscloseCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import jsigs from 'jsonld-signatures'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { suiteFor } from '../../main/credentials/verify-ldp.ts'
import { createDocumentLoader, documentLoader } from '../../main/credentials/document-loader.ts'

const sdVerify = await suiteFor('ecdsa-sd-2023')
const folder = new URL('../fixtures/vectors/', import.meta.url)
const zDocument = z.looseObject({ credentialSubject: z.looseObject({ birthCountry: z.string() }) })
const vector = async (name: string) =>
  zDocument.parse(JSON.parse(await readFile(new URL(`${name}.json`, folder), 'utf8')))

let loader: vc.DocumentLoader
beforeAll(async () => {
  const terms = JSON.parse(await readFile(new URL('citizenship-terms.json', folder), 'utf8'))
  loader = createDocumentLoader(new Map([['https://w3id.org/citizenship/v4rc1', terms]]))
})

/** The vectors are signed by another key than their issuer's, so this judges the proof, not who issued. */
function verify(document: object, cryptosuite: AnyCryptosuite) {
  const suite = new DataIntegrityProof({ cryptosuite })
  const purpose = new jsigs.purposes.AssertionProofPurpose()
  return jsigs.verify(structuredClone(document), { suite, purpose, documentLoader: loader })
}

describe.each([
  ['eddsa-rdfc-2022-employ-signed', await suiteFor('eddsa-rdfc-2022')],
  ['ecdsa-rdfc-2019-p256-employ-signed', ecdsaRdfc],
  ['ecdsa-sd-2023-employ-derived', sdVerify],
])('%s', (name, cryptosuite) => {
  it('verifies', async () => {
    expect(await verify(await vector(name), cryptosuite)).toMatchObject({ verified: true })
  })

  it('does not verify with one claim changed', async () => {
    const document = await vector(name)
    document.credentialSubject.birthCountry = 'Bhutan'
    expect(await verify(document, cryptosuite)).toMatchObject({ verified: false })
  })

  it('is refused by the loader as the kiosk has it, which knows no such context', async () => {
    const suite = new DataIntegrityProof({ cryptosuite })
    const purpose = new jsigs.purposes.AssertionProofPurpose()
    const result = await jsigs.verify(await vector(name), { suite, purpose, documentLoader })
    expect(result.verified).toBe(false)
    expect(inspect(result.error, { depth: 6 })).toContain('never fetched: https://w3id.org/citizenship/v4rc1')
  })

  it('is not taken as issued by the one it names, whose key did not sign it', async () => {
    const suite = new DataIntegrityProof({ cryptosuite })
    const credential = await vector(name)
    const now = new Date('2025-01-01T00:00:00Z')
    expect(await vc.verifyCredential({ credential, suite, documentLoader: loader, now })).toMatchObject({
      verified: false,
    })
  })
})

describe('ecdsa-sd-2023-employ-base', () => {
  it('is not itself a proof for a verifier', async () => {
    const base = await vector('ecdsa-sd-2023-employ-base')
    expect(await verify(base, sdVerify)).toMatchObject({ verified: false })
  })

  it('derives to a document that shows what was picked, and verifies', async () => {
    const base = await vector('ecdsa-sd-2023-employ-base')
    const cryptosuite = createDiscloseCryptosuite({ selectivePointers: ['/credentialSubject/birthCountry'] })
    const derived = await jsigs.derive(base, {
      suite: new DataIntegrityProof({ cryptosuite }),
      purpose: new jsigs.purposes.AssertionProofPurpose(),
      documentLoader: loader,
    })
    expect(derived).toMatchObject({ credentialSubject: { birthCountry: 'Bahamas' } })
    expect(JSON.stringify(derived)).not.toContain('SMITH')
    expect(await verify(derived, sdVerify)).toMatchObject({ verified: true })
  })
})
