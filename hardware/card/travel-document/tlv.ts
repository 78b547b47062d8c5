/** Data objects of ISO/IEC 7816-4 §5.2.2: tags of one or two bytes, definite lengths of up to three. */

export interface Tlv {
  tag: number
  value: Uint8Array
}

/** @returns tag, and where the value begins and ends; nothing if the bytes do not begin with an object's head */
export function readHead(bytes: Uint8Array): { tag: number; from: number; to: number } | undefined {
  let at = 0
  let tag = bytes[at++]
  if (tag === undefined) return undefined
  if ((tag & 0x1f) === 0x1f) {
    const second = bytes[at++]
    // A third byte of tag is nothing that these standards use.
    if (second === undefined || second & 0x80) return undefined
    tag = (tag << 8) | second
  }
  const first = bytes[at++]
  if (first === undefined) return undefined
  if (first < 0x80) return { tag, from: at, to: at + first }
  const count = first & 0x7f
  if (count < 1 || count > 3 || at + count > bytes.length) return undefined
  let length = 0
  for (const end = at + count; at < end; at += 1) length = length * 256 + (bytes[at] ?? 0)
  return { tag, from: at, to: at + length }
}

/** @returns the objects one after another, or nothing if the bytes are not exactly that */
export function readTlvs(bytes: Uint8Array): Tlv[] | undefined {
  const found: Tlv[] = []
  let rest = bytes
  while (rest.length > 0) {
    const head = readHead(rest)
    if (!head || head.to > rest.length) return undefined
    found.push({ tag: head.tag, value: rest.subarray(head.from, head.to) })
    rest = rest.subarray(head.to)
  }
  return found
}

/** @returns the value of the one object that the bytes are, if it has this tag */
export function valueOf(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  const head = readHead(bytes)
  if (head?.tag !== tag || head.to !== bytes.length) return undefined
  return bytes.subarray(head.from, head.to)
}

/** @returns the value of the first object with this tag within a sequence of objects */
export function valueWithin(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  return readTlvs(bytes)?.find((one) => one.tag === tag)?.value
}

/** Writes an object. @param value at most 65 535 bytes */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = Buffer.concat(parts)
  const head = tag > 0xff ? [tag >> 8, tag & 0xff] : [tag]
  const { length } = value
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(...head, ...size), value])
}
