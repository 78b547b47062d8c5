/** Keys from a shared secret (ICAO 9303-11 §9.7.1). */
import { createHash } from 'node:crypto'

/** AES by key length in bits; 3DES with two keys. */
export type Cipher = '3des' | 'aes128' | 'aes192' | 'aes256'

/** what the derived key is for */
export const purpose = { encryption: 1, mac: 2, password: 3 } as const

/** @returns a key of 16, 24 or 32 bytes; of 3DES both keys, with odd parity */
export function deriveKey(
  secret: Uint8Array,
  cipher: Cipher,
  what: (typeof purpose)[keyof typeof purpose],
): Uint8Array {
  const digest = createHash(cipher === '3des' || cipher === 'aes128' ? 'sha1' : 'sha256')
    .update(secret)
    .update(Uint8Array.of(0, 0, 0, what))
    .digest()
  switch (cipher) {
    case '3des':
      return Uint8Array.from(digest.subarray(0, 16), oddParity)
    case 'aes128':
      return digest.subarray(0, 16)
    case 'aes192':
      return digest.subarray(0, 24)
    case 'aes256':
      return digest
  }
}

/** The lowest bit makes the number of ones odd. */
function oddParity(byte: number): number {
  let ones = 0
  for (let bits = byte >> 1; bits > 0; bits >>= 1) ones += bits & 1
  return (byte & 0xfe) | ((ones + 1) & 1)
}
