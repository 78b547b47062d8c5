/** BLS12-381 keys of an issuer, for bbs-2023: kept as JWK, named by their did:key. The library is loaded when one is used. */
import type { Signer } from '@digitalbazaar/ecdsa-multikey'
import { encode } from 'base58-universal'
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

/** multicodec `bls12_381-g2-pub` as a varint */
const multicodec = Uint8Array.of(0xeb, 0x01)

const library = () => import('@digitalbazaar/bls12-381-multikey')

export async function generateBlsKey(): Promise<BlsKey> {
  const { ALGORITHMS, generateBbsKeyPair, toJwk } = await library()
  const keyPair = await generateBbsKeyPair({ algorithm: ALGORITHMS.BBS_BLS12381_SHA256 })
  return blsKeyFromJwk(zBlsPrivateJwk.parse(await toJwk({ keyPair, secretKey: true })))
}

/** @param privateJwk as stored @returns the key with its DID; the same JWK always gives the same DID */
export function blsKeyFromJwk(privateJwk: BlsPrivateJwk): BlsKey {
  const bytes = Buffer.concat([multicodec, Buffer.from(privateJwk.x, 'base64url')])
  const did = `did:key:z${encode(new Uint8Array(bytes))}`
  return { did, keyId: keyIdOf(did), privateJwk }
}

/** @returns what the bbs-2023 suite signs with */
export async function blsSigner({ keyId, privateJwk }: BlsKey): Promise<Signer> {
  const { fromJwk } = await library()
  return (await fromJwk({ jwk: privateJwk, secretKey: true, id: keyId })).signer()
}
