/** Data objects of a travel document, taken apart: tag and length in front of each value. Any bytes may be given. */

export interface DataObject {
  tag: number
  value: Uint8Array
}

/** @returns the objects in a row; nothing if they do not fill the bytes exactly */
export function objectsIn(bytes: Uint8Array): DataObject[] | undefined {
  const row = Buffer.from(bytes)
  const found: DataObject[] = []
  let at = 0
  while (at < row.length) {
    const first = row.readUInt8(at)
    const tagLength = (first & 0x1f) === 0x1f ? 2 : 1
    if (at + tagLength + 1 > row.length) return undefined
    const tag = row.readUIntBE(at, tagLength)
    const short = row.readUInt8(at + tagLength)
    const lengthBytes = short > 0x80 ? short - 0x80 : 0
    const from = at + tagLength + 1 + lengthBytes
    if (short === 0x80 || lengthBytes > 3 || from > row.length) return undefined
    const length = lengthBytes === 0 ? short : row.readUIntBE(at + tagLength + 1, lengthBytes)
    if (from + length > row.length) return undefined
    found.push({ tag, value: row.subarray(from, from + length) })
    at = from + length
  }
  return found
}

/** @returns the value of the only object, if it has this tag */
export function onlyValue(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  const [object, ...more] = objectsIn(bytes) ?? []
  return object?.tag === tag && more.length === 0 ? object.value : undefined
}
