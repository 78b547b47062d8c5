/**
 * P-256 keys in the three forms that the formats ask for: JWK (JOSE, `cnf`), did:key (issuer and holder names)
 * and Multikey (Data Integrity). The JWK is what is stored; the other two are computed from it.
 */
import type { Signer } from '@digitalbazaar/ecdsa-multikey'
import { decode, encode } from 'base58-universal'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { multikeyBytesOf, privateKeyOf, publicKeyOf, signP256 } from './p256.ts'

const zCoordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** Anything else in a JWK (`kid`, `alg`, `use`, `x5c`…) is dropped: it must not travel into `cnf` or a DID. */
export const zP256PublicJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: zCoordinate,
  y: zCoordinate,
})
export type P256PublicJwk = z.infer<typeof zP256PublicJwk>

export const zP256PrivateJwk = zP256PublicJwk.extend({ d: zCoordinate })
export type P256PrivateJwk = z.infer<typeof zP256PrivateJwk>

export interface IssuerKey {
  /** did:key */
  did: string
  /** DID URL of the verification method, `did:key:z…#z…` */
  keyId: string
  publicJwk: P256PublicJwk
  privateJwk: P256PrivateJwk
}

/** @returns a fresh P-256 key; store `privateJwk` and get the same key back with `issuerKeyFromJwk` */
export async function generateIssuerKey(): Promise<IssuerKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return issuerKeyFromJwk(zP256PrivateJwk.parse(await exportJWK(privateKey)))
}

/** @param privateJwk as stored @returns the key with its DID; the same JWK always gives the same DID */
export async function issuerKeyFromJwk(privateJwk: P256PrivateJwk): Promise<IssuerKey> {
  const stored = zP256PrivateJwk.parse(privateJwk)
  const publicJwk = zP256PublicJwk.parse(stored)
  const did = await didKeyFromJwk(publicJwk)
  return { did, keyId: keyIdOf(did), publicJwk, privateJwk: stored }
}

/** @returns `did:key:zDn…` of a P-256 public key (did:key method, multicodec p256-pub) */
export async function didKeyFromJwk(jwk: P256PublicJwk): Promise<string> {
  return `did:key:${await multikeyFromJwk(jwk)}`
}

/** @returns the key as `publicKeyMultibase` (`z` + base58btc of 0x1200 and the compressed point) */
export async function multikeyFromJwk(jwk: P256PublicJwk): Promise<string> {
  return `z${encode(multikeyBytesOf(zP256PublicJwk.parse(jwk)))}`
}

/**
 * @param did did:key of a P-256 key
 * @returns its public JWK, without any network
 * @throws if it is not the did:key of a point on P-256
 */
export async function jwkFromDidKey(did: string): Promise<P256PublicJwk> {
  if (!/^did:key:zDn[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(did))
    throw new TypeError('not a did:key of a P-256 key')
  const key = publicKeyOf(decode(did.slice('did:key:z'.length)))
  if (!key) throw new TypeError('not a point on P-256')
  return zP256PublicJwk.parse(key.export({ format: 'jwk' }))
}

/** @returns the DID URL of the only key of a did:key (`did:key:z…#z…`) */
export function keyIdOf(did: string): string {
  return `${did}#${did.slice('did:key:'.length)}`
}

/** @returns what Data Integrity suites sign with */
export function dataIntegritySigner({ keyId, privateJwk }: IssuerKey): Signer {
  return {
    id: keyId,
    algorithm: 'P-256',
    sign: async ({ data }) => signP256(data, privateKeyOf(privateJwk)),
  }
}
