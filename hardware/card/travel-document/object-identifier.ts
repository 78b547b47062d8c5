/** Object identifiers in dotted form and as bytes (ITU-T X.690 §8.19). */

const longest = 32

/** @param value the object's value, without tag and length @returns nothing if it is none */
export function readOid(value: Uint8Array): string | undefined {
  if (value.length < 1 || value.length > longest) return undefined
  const arcs: number[] = []
  let arc = 0
  for (const [at, byte] of value.entries()) {
    arc = arc * 128 + (byte & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) return undefined
    if (byte & 0x80) {
      if (at === value.length - 1) return undefined
      continue
    }
    arcs.push(arc)
    arc = 0
  }
  const [both = 0, ...rest] = arcs
  const first = Math.min(2, Math.floor(both / 40))
  return [first, both - first * 40, ...rest].join('.')
}

/** @param oid in dotted form, of our own constants @returns the value, without tag and length */
export function oidBytes(oid: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return Uint8Array.from(bytes)
}
