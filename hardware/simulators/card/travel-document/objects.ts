/** Takes apart what a terminal sends to the chip: a row of data objects, one-byte tags and 7F49. */

/** @returns the values by tag; what does not fit ends the row */
export function objectsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>()
  const row = Buffer.from(bytes)
  for (let at = 0; at + 2 <= row.length;) {
    const tag = row.readUInt8(at)
    const first = row.readUInt8(at + 1)
    const more = first > 0x80 ? first - 0x80 : 0
    if (more > 2 || at + 2 + more > row.length) return found
    const length = more === 0 ? first : row.readUIntBE(at + 2, more)
    const from = at + 2 + more
    if (from + length > row.length) return found
    found.set(tag, row.subarray(from, from + length))
    at = from + length
  }
  return found
}
