/** P-256 with Node's own OpenSSL, keys in the two forms that fit a signature: compressed points and key objects. */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { P256PrivateJwk, P256PublicJwk } from './keys.ts'

/** SubjectPublicKeyInfo of a compressed point on P-256 (RFC 5480), without the point. */
const spkiHead = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex')
/** multicodec `p256-pub` as a varint */
const multicodec = Uint8Array.of(0x80, 0x24)
const pointBytes = 33

/**
 * @param multikey multicodec header and compressed point, 35 bytes
 * @returns undefined if it is of another kind or not on the curve
 */
export function publicKeyOf(multikey: Uint8Array): KeyObject | undefined {
  const [first, second] = multikey
  if (multikey.length !== multicodec.length + pointBytes) return undefined
  if (first !== multicodec[0] || second !== multicodec[1]) return undefined
  try {
    const key = Buffer.concat([spkiHead, multikey.subarray(multicodec.length)])
    return createPublicKey({ key, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** @returns multicodec header and compressed point, 35 bytes @throws if it is no point of the curve */
export function multikeyBytesOf({ kty, crv, x, y }: P256PublicJwk): Uint8Array {
  // OpenSSL refuses a point that is not on the curve.
  createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  const [across, up] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  const parity = 2 + ((up.at(-1) ?? 0) & 1)
  return Uint8Array.from([...multicodec, parity, ...across])
}

const privateKeys = new WeakMap<P256PrivateJwk, KeyObject>()

/** The key object of a stored JWK, made once for each object that holds it. */
export function privateKeyOf(jwk: P256PrivateJwk): KeyObject {
  const known = privateKeys.get(jwk)
  if (known) return known
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  privateKeys.set(jwk, key)
  return key
}

/** ECDSA with SHA-256 @returns r‖s, 64 bytes */
export function signP256(data: Uint8Array, key: KeyObject): Uint8Array {
  return new Uint8Array(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }))
}

export function verifyP256(data: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return signature.length === 64 && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
