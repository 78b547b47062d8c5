/**
 * Sealing to the key in a phone: HPKE (RFC 9180) in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Whoever
 * carries the bytes, a kiosk before all, sees none of what is in them.
 */
import { createHash } from 'node:crypto'
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import type { P256PublicJwk } from '../keys.ts'
import { jktOf, toBase32 } from './holder-mark.ts'

const info = new TextEncoder().encode('btkiosk:h1')
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
})

/** of the encapsulated key, an uncompressed point */
export const encBytes = 65
/** A credential with a portrait is under 4 kB; what is longer is none of ours. */
export const longestSealed = 16_384

/** @returns `enc ‖ ciphertext`, 81 bytes longer than what is sealed */
export async function sealForHolder(packed: Uint8Array, jwk: P256PublicJwk): Promise<Uint8Array> {
  const recipientPublicKey = await suite.kem.importKey('jwk', { ...jwk }, true)
  const aad = new TextEncoder().encode(jktOf(jwk))
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, Uint8Array.from(packed), aad)
  return new Uint8Array(Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]))
}

/** @returns the name of a transfer: by it a phone tells the codes of one from those of another */
export function transferOf(sealed: Uint8Array): string {
  return toBase32(createHash('sha256').update(sealed).digest(), 12)
}
