/** ES256 over the two parts of a compact JWT, as `@sd-jwt` wants it by callback; and its hash and salt. */
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import type { P256PrivateJwk, P256PublicJwk } from './keys.ts'

/** @returns the signature in base64url (r‖s, RFC 7518 §3.4) */
export function signEs256(data: string, jwk: P256PrivateJwk): string {
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  return sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
}

/** @returns false too where the key is not a point of the curve or the signature not base64url */
export function verifyEs256(data: string, signature: string, jwk: P256PublicJwk): boolean {
  if (!/^[A-Za-z0-9_-]{86}$/.test(signature)) return false
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    return verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, bytes)
  } catch {
    return false
  }
}

/** SD-JWT hashing: SHA-256 and no other, whatever `_sd_alg` says. */
export function sha256Hasher(data: string | ArrayBuffer, algorithm: string): Uint8Array {
  if (algorithm !== 'sha-256') throw new TypeError('only sha-256')
  return createHash('sha256')
    .update(typeof data === 'string' ? data : new Uint8Array(data))
    .digest()
}

/** 128 bits (RFC 9901 §9.3) */
export function disclosureSalt(): string {
  return randomBytes(16).toString('base64url')
}
