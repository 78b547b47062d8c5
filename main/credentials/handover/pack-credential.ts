/** A credential in as few bytes as can be, for a code: CBOR `[1, kind, bytes]` (docs/qr-hand-over.md, "Packing"). */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { decode, encode } from 'cborg'
import { z } from 'zod'
import { fromCborLd, toCborLd } from './cbor-ld.ts'
import { joinSdJwt, takeApartSdJwt, zPackedSdJwt } from './packed-sd-jwt.ts'

/** What `bytes` are once they are inflated (raw DEFLATE, RFC 1951). */
export const packedKinds = {
  /** the SD-JWT as text */
  sdJwtText: 0,
  /** the SD-JWT taken apart, as CBOR */
  sdJwt: 1,
  /** a Data Integrity credential as CBOR-LD */
  cborLd: 2,
  /** a Data Integrity credential as JSON */
  json: 3,
} as const

const zEnvelope = z.tuple([
  z.literal(1),
  z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  z.instanceof(Uint8Array),
])
/** More than any credential; a small packet must not become a large one. */
const longestUnpacked = 65_536

/** @param credential an SD-JWT, or a credential that a Data Integrity proof secures */
export async function packCredential(credential: string | object): Promise<Uint8Array> {
  if (typeof credential === 'string') {
    const apart = takeApartSdJwt(credential)
    return apart ? packed('sdJwt', encode(apart)) : packed('sdJwtText', Buffer.from(credential))
  }
  const cborLd = await toCborLd(credential)
  return cborLd ? packed('cborLd', cborLd) : packed('json', Buffer.from(JSON.stringify(credential)))
}

/** The smallest of what the holder can use. */
export async function packSmallest(
  credentials: readonly [string | object, ...(string | object)[]],
): Promise<Uint8Array> {
  const [first, ...others] = await Promise.all(credentials.map(packCredential))
  if (!first) throw new TypeError('nothing to pack')
  return others.reduce((least, one) => (one.length < least.length ? one : least), first)
}

function packed(kind: keyof typeof packedKinds, bytes: Uint8Array): Uint8Array {
  return encode([1, packedKinds[kind], Uint8Array.from(deflateRawSync(bytes, { level: 9 }))])
}

/** @returns undefined for whatever is not a packed credential */
export async function unpackCredential(bytes: Uint8Array): Promise<unknown> {
  try {
    const [, kind, deflated] = zEnvelope.parse(decode(bytes))
    const plain = new Uint8Array(inflateRawSync(deflated, { maxOutputLength: longestUnpacked }))
    switch (kind) {
      case packedKinds.sdJwtText:
        return new TextDecoder().decode(plain)
      case packedKinds.sdJwt:
        return joinSdJwt(zPackedSdJwt.parse(decode(plain)))
      case packedKinds.cborLd:
        return await fromCborLd(plain)
      case packedKinds.json:
        return JSON.parse(new TextDecoder().decode(plain)) as unknown
    }
  } catch {
    return undefined
  }
}
