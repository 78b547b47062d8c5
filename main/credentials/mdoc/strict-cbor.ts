/**
 * Bytes of a stranger before a decoder sees them that does more than CBOR says: cbor-x, which the mdoc library is built on,
 * follows record and pointer tags of whoever made the bytes. Only what an mdoc is made of goes on.
 */
import { decode, type DecodeOptions } from 'cborg'

const strict: DecodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
}
const asItIs = (content: () => unknown) => content()

/** Instants (0), embedded CBOR (24, looked into as well) and dates (1004); every other tag is refused. */
const tags = {
  0: asItIs,
  24: (content: () => unknown) => strictly(bytesOf(content())),
  1004: asItIs,
}

/** @returns what the bytes say, embedded parts decoded @throws if they say it in any other way than an mdoc does */
export function strictly(bytes: Uint8Array): unknown {
  return decode(bytes, { ...strict, tags })
}

/** Looks at a whole DeviceResponse, and at what the issuer signed in it. @throws as above */
export function lookAtResponse(bytes: Uint8Array): void {
  const documents = memberOf(strictly(bytes), 'documents')
  if (!Array.isArray(documents)) throw new TypeError('documents')
  for (const document of documents) {
    const auth = memberOf(memberOf(document, 'issuerSigned'), 'issuerAuth')
    if (!Array.isArray(auth)) throw new TypeError('issuerAuth')
    for (const part of [auth[0], auth[2]]) strictly(bytesOf(part))
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (!(value instanceof Map)) throw new TypeError('map')
  return value.get(name)
}

function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError('bytes')
  return value
}
