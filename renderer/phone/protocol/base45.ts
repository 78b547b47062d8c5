/** Base45 (RFC 9285), read. */
const digits = new Map(
  [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'].map((character, value) => [character, value]),
)

/** @returns undefined for what is not Base45 */
export function readBase45(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 3 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 2) / 3))
  for (let at = 0, to = 0; at < text.length; at += 3) {
    const pair = at + 3 <= text.length
    const [low, middle, high] = [0, 1, 2].map((i) => digits.get(text.charAt(at + i)))
    if (low === undefined || middle === undefined || (pair && high === undefined)) return undefined
    const value = low + middle * 45 + (pair ? (high ?? 0) * 2025 : 0)
    if (value > (pair ? 0xffff : 0xff)) return undefined
    if (pair) bytes[to++] = value >> 8
    bytes[to++] = value & 0xff
  }
  return bytes
}
