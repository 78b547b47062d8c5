/** The key that a DID holds in itself, so that no network is needed: did:key and did:jwk, on P-256. */
import { p256 } from '@noble/curves/nist.js'
import { base64url } from 'jose'
import { zPublicJwk, type PublicJwk } from './z-jwk.ts'

const longest = 400

/** @returns undefined where the DID is of another method, or holds no point of the curve */
export function keyOfDid(did: string): PublicJwk | undefined {
  if (did.length > longest) return undefined
  try {
    if (did.startsWith('did:key:z')) return keyOfMultikey(readBase58(did.slice('did:key:z'.length)))
    if (did.startsWith('did:jwk:'))
      return zPublicJwk.parse(
        JSON.parse(new TextDecoder().decode(base64url.decode(did.slice('did:jwk:'.length)))),
      )
  } catch {
    // Not base58, not JSON, not on the curve.
  }
  return undefined
}

/** Multicodec p256-pub (0x1200 as a varint) and a compressed point. */
function keyOfMultikey(bytes: Uint8Array | undefined): PublicJwk | undefined {
  if (!bytes || bytes.length !== 35 || bytes[0] !== 0x80 || bytes[1] !== 0x24) return undefined
  const point = p256.Point.fromBytes(bytes.slice(2)).toBytes(false)
  return zPublicJwk.parse({
    kty: 'EC',
    crv: 'P-256',
    x: base64url.encode(point.slice(1, 33)),
    y: base64url.encode(point.slice(33)),
  })
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Of a number that does not begin with a zero byte, as no multicodec does. */
function readBase58(text: string): Uint8Array | undefined {
  if (text.length > 60) return undefined
  let number = 0n
  for (const character of text) {
    const digit = base58.indexOf(character)
    if (digit < 0) return undefined
    number = number * 58n + BigInt(digit)
  }
  const hex = number.toString(16)
  const whole = hex.padStart(hex.length + (hex.length % 2), '0')
  return Uint8Array.from(whole.match(/../g) ?? [], (byte) => parseInt(byte, 16))
}
