/**
 * eddsa-rdfc-2022 (VC Data Integrity EdDSA 1.0 §3.2): the library's suite, which is spared the JSON-LD of credentials and
 * proofs of the plain shape. Whatever is not of it goes the library's way.
 */
import type { PlainCryptosuite } from '@digitalbazaar/data-integrity'
import { cryptosuite as library } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { foundationalQuads, proofQuads } from './foundational-quads.ts'

export const eddsaSuite: PlainCryptosuite = {
  ...library,
  async canonize(input, options) {
    const quads = await foundationalQuads(input, 'c14n0')
    if (quads) return [...quads.mandatory, ...quads.claims].sort().join('')
    return (await proofQuads(input)) ?? library.canonize(input, options)
  },
}
