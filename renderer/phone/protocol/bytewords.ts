/** Minimal bytewords (BCR-2020-012), read: two letters a byte, the first and the last of its word, and a CRC-32 at the end. */
import { crc32 } from './crc32.ts'

/** Of the 256 words in their order. */
const letters =
  'aeadaoaxaaahamatayasbkbdbnbtbabsbebybgbwbbbzcmchcscfcycwcecackctcxclcpcndkdadsdidedtdrdndwdpdmdldyeh' +
  'eyeoeeecenemetesftfrfnfsfmfhfzfpfwfxfyfefgflfdgagegrgsgtglgwgdgygmgughgohfhghdhkhthphhhlhyhehnhsidia' +
  'ieihiyioisinimjejzjnjtjljojsjpjkjykpkoktkskkknkgkekikblblalylflslrlplnltloldlelulklgmnmymhmemomumwmd' +
  'mtmsmknlnyndnsntnnnenboyoeotoxonolospdptpkpypspmplpepfpaprqdqzrerprlrorhrdrkrfryrnrsrtsesasrssskswst' +
  'spsosgsbsfsntotktitttdtetytltbtstptatnuyuoutueurvtvyvovlvevwvavdvswlwdwmwpwewywswtwnwzwfwkykynylyayt' +
  'zszoztzczezm'
const byteOf = new Map(
  Array.from({ length: 256 }, (_, byte) => [letters.slice(byte * 2, byte * 2 + 2), byte]),
)

/** @param text in small letters @returns undefined for what is none, or was misread */
export function readBytewords(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || text.length < 10) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = byteOf.get(text.slice(at * 2, at * 2 + 2))
    if (byte === undefined) return undefined
    bytes[at] = byte
  }
  const body = bytes.slice(0, -4)
  return new DataView(bytes.buffer).getUint32(body.length) === crc32(body) ? body : undefined
}
