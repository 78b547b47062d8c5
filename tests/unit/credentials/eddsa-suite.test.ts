/** The product's eddsa-rdfc-2022 beside the library's: the same canonical text, and so the same verdict, for whatever it is given. */
import { cryptosuite as library } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { documentLoader } from '../../../main/credentials/document-loader.ts'
import { eddsaSuite } from '../../../main/credentials/eddsa-suite.ts'
import { ed25519Signer, generateEd25519Key } from '../../../main/credentials/ed25519.ts'
import { foundationalId } from '../../../main/credentials/foundational-id.ts'
import { issueEddsaLdp } from '../../../main/credentials/issue-ldp.ts'
import { issuedClaims } from '../../../main/credentials/issued-claims.ts'
import { trustDids } from '../../../main/credentials/trusted-issuers.ts'
import { verifyDerived } from '../../../main/credentials/verify-ldp.ts'
import { naiveIssueBy, naiveVerify } from '../../fixtures/naive-library.ts'
import { claims, createWorld, portrait, type World } from './wallet.ts'

const key = generateEd25519Key()
const options = { documentLoader, base: null, safe: true }
let world: World
beforeAll(async () => (world = await createWorld({ claims: { ...claims, portrait } })))

function issue(given = world.options.claims) {
  const { holderJwk, status, validFrom, validUntil } = world.options
  const issued = issuedClaims(given, validFrom)
  return issueEddsaLdp(
    {
      ...{ type: foundationalId, claims: issued, holder: { jwk: holderJwk } },
      ...{ status, validFrom, validUntil },
    },
    key,
  )
}

describe('eddsa-rdfc-2022', () => {
  it('goes both ways: the library takes what is issued here, and is taken', async () => {
    const by = { did: key.did, signer: ed25519Signer(key), cryptosuite: library }
    const now = world.options.validFrom
    for (const credential of [await issue(), await naiveIssueBy(world.options, by)]) {
      expect((await verifyDerived(credential, trustDids([key.did]))).isOk()).toBe(true)
      expect(await naiveVerify(credential, now, library)).toBe(true)
      const bent = structuredClone(Object(credential))
      bent.credentialSubject.gewog = 'Babesa'
      expect((await verifyDerived(bent, trustDids([key.did]))).isOk()).toBe(false)
      expect(await naiveVerify(bent, now, library)).toBe(false)
    }
  })

  it('has the same canonical text of whatever a citizen may be called', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((value) => value.isWellFormed()),
      fc.constantFrom('_:c14n0', '<urn:bnid:_0>', '"', '\\', 'a\tb', 'slot:cid:', '\u2028', ' ', '. <a> <b>'),
    )
    await fc.assert(
      fc.asyncProperty(text, async (village) => {
        const { proof, ...document } = await issue({ ...world.options.claims, village })
        const { proofValue: _value, ...plain } = proof
        for (const part of [document, { '@context': document['@context'], ...plain }])
          expect(await eddsaSuite.canonize(part, options)).toBe(await library.canonize(part, options))
      }),
      { numRuns: 25 },
    )
  }, 30_000)
})
