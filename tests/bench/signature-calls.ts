/** The signatures alone, without anything that they are around: no way to issue or verify can be faster. */
import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import * as bls from '@digitalbazaar/bls12-381-multikey'
import type { Calls } from './credential-calls.ts'

const data = Buffer.alloc(200, 7)
/** as many as the Foundational ID has claims */
const messages = Array.from({ length: 13 }, (_, at) => new Uint8Array(Buffer.alloc(80, at)))
const [header, presentationHeader] = [new Uint8Array(64), new Uint8Array()]
const disclosed = [3, 5]

const ofPair = (
  algorithm: 'sha256' | null,
  pair: { privateKey: KeyObject; publicKey: KeyObject },
): Calls => ({
  issue: async () => sign(algorithm, data, pair.privateKey),
  verify: async (signature) => verify(algorithm, data, pair.publicKey, Buffer.from(Object(signature))),
})

export const signatureCalls: Record<string, () => Promise<Calls>> = {
  'P-256 signature alone': async () => ofPair('sha256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  'Ed25519 signature alone': async () => ofPair(null, generateKeyPairSync('ed25519')),
  'BBS signature alone': async () => {
    const key = await bls.generateBbsKeyPair({ algorithm: bls.ALGORITHMS.BBS_BLS12381_SHA256 })
    const [signer, verifier] = [key.signer(), key.verifier()]
    return {
      issue: () => signer.multisign({ header, messages }),
      derive: (issued) => {
        const signature = new Uint8Array(Object(issued))
        const of = { signature, header, messages, presentationHeader }
        return key.deriveProof({ ...of, disclosedMessageIndexes: disclosed })
      },
      verify: (proof) => {
        const some: Uint8Array[] = []
        for (const at of disclosed) some[at] = messages[at] ?? new Uint8Array()
        const shown = { proof: new Uint8Array(Object(proof)), header, presentationHeader }
        return verifier.multiverify({ ...shown, messages: some })
      },
    }
  },
}
