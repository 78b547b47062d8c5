/** Names that people and codes can bear: the first characters of RFC 4648 base32. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** @returns the first `length` characters, without padding */
export function base32Start(bytes: Uint8Array, length: number): string {
  let text = ''
  for (let bit = 0; text.length < length; bit += 5) {
    const two = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    text += alphabet.charAt((two >> (11 - (bit & 7))) & 31)
  }
  return text
}
