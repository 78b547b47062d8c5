/** Writes DER (ITU-T X.690 §10), as much as certificates, security objects and data groups need. */

/** @param tag of one or two bytes */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const value = Buffer.concat(parts)
  let size = [value.length]
  if (value.length > 0x7f) {
    const digits = value.length.toString(16)
    const bytes = [...Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')]
    size = [0x80 + bytes.length, ...bytes]
  }
  return Buffer.concat([Buffer.from(tag.toString(16).padStart(2, '0'), 'hex'), Uint8Array.from(size), value])
}

export const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
export const setOf = (...parts: readonly Uint8Array[]) =>
  der(0x31, ...parts.toSorted((one, other) => Buffer.compare(one, other)))
export const octets = (bytes: Uint8Array) => der(0x04, bytes)
export const bits = (bytes: Uint8Array) => der(0x03, Uint8Array.of(0), bytes)
export const text = (value: string) => der(0x0c, Buffer.from(value, 'utf8'))
export const printable = (value: string) => der(0x13, Buffer.from(value, 'latin1'))
export const truth = () => der(0x01, Uint8Array.of(0xff))

export function integer(value: number): Uint8Array {
  const digits = value.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return der(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes)
}

export function oid(dotted: string): Uint8Array {
  return der(0x06, oidValue(dotted))
}

export function oidValue(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split('.').map(BigInt)
  const arcs = [(first ?? 0n) * 40n + (second ?? 0n), ...rest]
  return Buffer.concat(
    arcs.map((arc) => {
      const groups = arc
        .toString(2)
        .padStart(Math.max(7, Math.ceil(arc.toString(2).length / 7) * 7), '0')
        .match(/.{7}/g)
      return Uint8Array.from(
        groups ?? [],
        (group, at) => Number.parseInt(group, 2) + (at < (groups?.length ?? 0) - 1 ? 0x80 : 0),
      )
    }),
  )
}

/** UTCTime to 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). */
export function time(at: Date): Uint8Array {
  const digits = at.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
  return at.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : der(0x18, Buffer.from(digits, 'latin1'))
}
