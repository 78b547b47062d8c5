/** BLS12-381 keys of an issuer, for bbs-2023: kept as JWK, named by their did:key. The library is loaded when one is used. */
import type { Signer } from '@digitalbazaar/ecdsa-multikey'
import { z } from 'zod'
import { keyIdOf } from './keys.ts'

export const zBlsPrivateJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Bls12381G2'),
  alg: z.literal('BBS-BLS12-381-SHA-256'),
  x: z.string().regex(/^[A-Za-z0-9_-]{128}$/),
  d: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
export type BlsPrivateJwk = z.infer<typeof zBlsPrivateJwk>

export interface BlsKey {
  /** did:key */
  did: string
  keyId: string
  privateJwk: BlsPrivateJwk
}

const library = () => import('@digitalbazaar/bls12-381-multikey')

export async function generateBlsKey(): Promise<BlsKey> {
  const { ALGORITHMS, generateBbsKeyPair, toJwk } = await library()
  const keyPair = await generateBbsKeyPair({ algorithm: ALGORITHMS.BBS_BLS12381_SHA256 })
  return blsKeyFromJwk(zBlsPrivateJwk.parse(await toJwk({ keyPair, secretKey: true })))
}

/** @param privateJwk as stored @returns the key with its DID; the same JWK always gives the same DID */
export async function blsKeyFromJwk(privateJwk: BlsPrivateJwk): Promise<BlsKey> {
  const { fromJwk } = await library()
  const { publicKeyMultibase } = await fromJwk({ jwk: privateJwk, secretKey: true })
  const did = `did:key:${publicKeyMultibase}`
  return { did, keyId: keyIdOf(did), privateJwk }
}

/** @returns what the bbs-2023 suite signs with */
export async function blsSigner({ keyId, privateJwk }: BlsKey): Promise<Signer> {
  const { fromJwk } = await library()
  return (await fromJwk({ jwk: privateJwk, secretKey: true, id: keyId })).signer()
}
