/** Base45 (RFC 9285): bytes in the 45 characters that a QR code packs closest. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const valueOf = new Map([...alphabet].map((character, value) => [character, value]))

/** @returns three characters for two bytes, two for a last odd one */
export function toBase45(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const [first = 0, second] = bytes.subarray(at, at + 2)
    const value = second === undefined ? first : first * 256 + second
    text += alphabet.charAt(value % 45) + alphabet.charAt(Math.floor(value / 45) % 45)
    if (second !== undefined) text += alphabet.charAt(Math.floor(value / 2025))
  }
  return text
}

/** @returns undefined where it is not Base45 */
export function fromBase45(text: string): Uint8Array | undefined {
  if (text.length % 3 === 1) return undefined
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => valueOf.get(character))
    const value = digits.reduce<number>((sum, digit, place) => sum + (digit ?? NaN) * 45 ** place, 0)
    const length = digits.length - 1
    if (!(value < 256 ** length)) return undefined
    if (length === 2) bytes.push(value >> 8)
    bytes.push(value & 255)
  }
  return Uint8Array.from(bytes)
}
