/**
 * The signed identity file: COSE_Sign1 with ES256 (RFC 9052 §4.2, RFC 9053 §2.1).
 *
 * Read with `cborg` in its strictest setting and checked with WebCrypto, not with `@auth0/cose`: that one decodes with
 * cbor-x, which follows record and pointer tags of whoever made the bytes, and brings an X.509 stack that is not wanted
 * here. The library signs the demo cards instead, so the two check each other.
 */
import { webcrypto } from 'node:crypto'
import { decode, encode, type DecodeOptions } from 'cborg'
import type { JWK } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { cardFiles, zIdentityPayload, type IdentityPayload } from './layout.ts'

const coseSign1 = 18
const header = { algorithm: 1, critical: 2 } as const
const es256 = -7

const strict: DecodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
}

const zBytes = z.instanceof(Uint8Array<ArrayBuffer>)
const zSign1 = z.tuple([zBytes, z.map(z.unknown(), z.unknown()), zBytes, zBytes])
const zHeader = z
  .map(z.union([z.number(), z.string()]), z.unknown())
  .refine((map) => map.get(header.algorithm) === es256)
  // Nothing critical is known here, so a file that demands it cannot be understood (RFC 9052 §3.1).
  .refine((map) => !map.has(header.critical))

/**
 * Checks the identity file. Any bytes may be given.
 * @param file tagged COSE_Sign1 @param trusted public P-256 keys of the issuer; anything else among them is passed over
 * @returns what the issuer signed · `card.unreadable` if it is no such file · `card.bad-signature` if no trusted key signed it
 */
export async function checkIdentityFile(
  file: Uint8Array,
  trusted: readonly JWK[],
): Promise<Result<IdentityPayload, 'card.unreadable' | 'card.bad-signature'>> {
  if (file.length > cardFiles.identity.most) return err('card.unreadable')
  const message = zSign1.safeParse(decodeStrictly(file, { [coseSign1]: (content) => content() }))
  if (!message.success || file[0] !== 0xc0 + coseSign1) return err('card.unreadable')
  const [protectedHeader, , payload, signature] = message.data
  if (!zHeader.safeParse(decodeStrictly(protectedHeader)).success) return err('card.unreadable')
  const identity = zIdentityPayload.safeParse(decodeStrictly(payload))
  if (!identity.success) return err('card.unreadable')
  const signed = encode(['Signature1', protectedHeader, new Uint8Array(), payload])
  for (const jwk of trusted) {
    if (await verifies(jwk, signed, signature)) return ok(identity.data)
  }
  return err('card.bad-signature')
}

/** @returns the value, or nothing if these are not the bytes of exactly one */
function decodeStrictly(bytes: Uint8Array, tags: NonNullable<DecodeOptions['tags']> = {}): unknown {
  try {
    return decode(bytes, { ...strict, tags })
  } catch {
    // Also the RangeError of ten thousand nested arrays.
    return undefined
  }
}

async function verifies(
  { kty, crv, x, y }: JWK,
  signed: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) return false
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  try {
    const key = await webcrypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify'])
    return await webcrypto.subtle.verify(algorithm, key, signature, signed)
  } catch {
    // A key that is no point of the curve.
    return false
  }
}
