/** Ed25519 keys of an issuer, for eddsa-rdfc-2022: kept as JWK (RFC 8037), named by their did:key. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Signer } from '@digitalbazaar/ecdsa-multikey'
import { encode } from 'base58-universal'
import { z } from 'zod'
import { keyIdOf } from './keys.ts'

const zBytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
export const zEd25519PrivateJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: zBytes32,
  d: zBytes32,
})
export type Ed25519PrivateJwk = z.infer<typeof zEd25519PrivateJwk>

export interface Ed25519Key {
  /** did:key */
  did: string
  keyId: string
  privateJwk: Ed25519PrivateJwk
}

/** multicodec `ed25519-pub` as a varint */
const multicodec = Uint8Array.of(0xed, 0x01)

export function generateEd25519Key(): Ed25519Key {
  const { privateKey } = generateKeyPairSync('ed25519')
  return ed25519KeyFromJwk(zEd25519PrivateJwk.parse(privateKey.export({ format: 'jwk' })))
}

/** @param privateJwk as stored @returns the key with its DID; the same JWK always gives the same DID */
export function ed25519KeyFromJwk(privateJwk: Ed25519PrivateJwk): Ed25519Key {
  const bytes = Buffer.concat([multicodec, Buffer.from(privateJwk.x, 'base64url')])
  const did = `did:key:z${encode(new Uint8Array(bytes))}`
  return { did, keyId: keyIdOf(did), privateJwk }
}

/** @returns what Data Integrity suites sign with */
export function ed25519Signer({ keyId, privateJwk }: Ed25519Key): Signer {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  return {
    id: keyId,
    algorithm: 'Ed25519',
    sign: async ({ data }) => new Uint8Array(sign(null, data, key)),
  }
}
