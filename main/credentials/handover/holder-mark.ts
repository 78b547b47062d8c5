/** By what a holder key is known: its thumbprint to machines, four characters of it to people. */
import { createHash } from 'node:crypto'
import type { P256PublicJwk } from '../keys.ts'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function thumbprintOf({ crv, kty, x, y }: P256PublicJwk): Buffer {
  // RFC 7638 §3.2: these members, in this order, without a space.
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest()
}

/** @returns the key's SHA-256 thumbprint, base64url (RFC 7638) */
export const jktOf = (jwk: P256PublicJwk): string => thumbprintOf(jwk).toString('base64url')

/** @returns four characters that kiosk and phone both show, so that a person sees which phone it is */
export const markOf = (jwk: P256PublicJwk): string => toBase32(thumbprintOf(jwk), 4)

/** @returns the first characters of RFC 4648 base32 */
export function toBase32(bytes: Uint8Array, length: number): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length }, (_, at) => base32.charAt(parseInt(bits.slice(at * 5, at * 5 + 5), 2))).join(
    '',
  )
}
