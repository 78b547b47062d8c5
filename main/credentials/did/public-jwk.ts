/** The kinds of public key that a credential may be signed with, as JWK and as Multikey (Controlled Identifiers 1.0 §2.2.2). */
import { decode, encode } from 'base58-universal'
import { z } from 'zod'
import { zP256PublicJwk } from '../keys.ts'
import { multikeyBytesOf, publicKeyOf } from '../p256.ts'

const zEd25519PublicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})
/** a point of G2, compressed, as bbs-2023 has it */
const zBlsPublicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Bls12381G2'),
  x: z.string().regex(/^[A-Za-z0-9_-]{128}$/),
})

/** Whatever else a JWK carries is dropped. */
export const zPublicJwk = z.discriminatedUnion('crv', [zP256PublicJwk, zEd25519PublicJwk, zBlsPublicJwk])
export type PublicJwk = z.infer<typeof zPublicJwk>

/** The longest Multikey of these kinds (BLS12-381 G2) has 137 characters. */
export const longestMultibase = 140

/** @returns multibase (base58btc) of multicodec header and key @throws if a P-256 key is no point of the curve */
export function multikeyOf(jwk: PublicJwk): string {
  if (jwk.crv === 'P-256') return `z${encode(multikeyBytesOf(jwk))}`
  const header = jwk.crv === 'Ed25519' ? [0xed, 0x01] : [0xeb, 0x01]
  return `z${encode(Uint8Array.from([...header, ...Buffer.from(jwk.x, 'base64url')]))}`
}

/** @param multibase `z…` @returns undefined for another kind of key, another base, or what is no key at all */
export function jwkOfMultikey(multibase: string): PublicJwk | undefined {
  if (multibase.length > longestMultibase || !/^z[1-9A-HJ-NP-Za-km-z]+$/.test(multibase)) return undefined
  return jwkOfMultikeyBytes(decode(multibase.slice(1)))
}

/** @param bytes multicodec header and key */
export function jwkOfMultikeyBytes(bytes: Uint8Array): PublicJwk | undefined {
  const [first, second] = bytes
  const x = Buffer.from(bytes.subarray(2)).toString('base64url')
  if (first === 0xed && second === 0x01) return zPublicJwk.safeParse({ kty: 'OKP', crv: 'Ed25519', x }).data
  if (first === 0xeb && second === 0x01)
    return zPublicJwk.safeParse({ kty: 'OKP', crv: 'Bls12381G2', x }).data
  return zPublicJwk.safeParse(publicKeyOf(bytes)?.export({ format: 'jwk' })).data
}

/** Whether both are the same key. */
export const isSameKey = (one: PublicJwk, other: PublicJwk): boolean => thumbOf(one) === thumbOf(other)

const thumbOf = (jwk: PublicJwk) => `${jwk.crv} ${jwk.x} ${'y' in jwk ? jwk.y : ''}`
