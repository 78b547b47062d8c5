/**
 * The two ciphers of the standard, each with its MAC (ICAO 9303-11 §9.8): 3DES with the retail MAC (ISO/IEC 9797-1,
 * algorithm 3), AES with CMAC (NIST SP 800-38B). All in CBC mode over whole blocks; padding is a step of its own.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Cipher } from './key-derivation.ts'

const names: Readonly<Record<Cipher, string>> = {
  '3des': 'des-ede3-cbc',
  aes128: 'aes-128-cbc',
  aes192: 'aes-192-cbc',
  aes256: 'aes-256-cbc',
}

/** bytes */
export function blockLength(cipher: Cipher): number {
  return cipher === '3des' ? 8 : 16
}

/** @param iv nothing: all zero @param data whole blocks */
export function encrypt(cipher: Cipher, key: Uint8Array, data: Uint8Array, iv = zeroes(cipher)): Uint8Array {
  const one = createCipheriv(names[cipher], fullKey(cipher, key), iv).setAutoPadding(false)
  return Buffer.concat([one.update(data), one.final()])
}

/** @param iv nothing: all zero @param data whole blocks @throws Error if they are not */
export function decrypt(cipher: Cipher, key: Uint8Array, data: Uint8Array, iv = zeroes(cipher)): Uint8Array {
  const one = createDecipheriv(names[cipher], fullKey(cipher, key), iv).setAutoPadding(false)
  return Buffer.concat([one.update(data), one.final()])
}

/** @param data for 3DES whole blocks, already padded; for AES anything @returns the first 8 bytes of the MAC */
export function mac(cipher: Cipher, key: Uint8Array, data: Uint8Array): Uint8Array {
  return cipher === '3des' ? retailMac(key, data) : cmac(cipher, key, data).subarray(0, 8)
}

/** Single DES over all but the last step, which is 3DES. OpenSSL has no single DES any more: 3DES with one key thrice is it. */
function retailMac(key: Uint8Array, data: Uint8Array): Uint8Array {
  const [first, second] = [key.subarray(0, 8), key.subarray(8, 16)]
  const chained = encrypt('3des', Buffer.concat([first, first, first]), data).subarray(-8)
  const undone = decrypt('3des', Buffer.concat([second, second, second]), chained)
  return encrypt('3des', Buffer.concat([first, first, first]), undone)
}

/** @returns the whole MAC, 16 bytes */
export function cmac(cipher: Exclude<Cipher, '3des'>, key: Uint8Array, data: Uint8Array): Uint8Array {
  const first = doubled(encrypt(cipher, key, new Uint8Array(16)))
  const isWhole = data.length > 0 && data.length % 16 === 0
  const message = isWhole ? Uint8Array.from(data) : pad(data, 16)
  const mask = isWhole ? first : doubled(first)
  for (let at = 0; at < 16; at += 1) {
    const last = message.length - 16 + at
    message[last] = (message[last] ?? 0) ^ (mask[at] ?? 0)
  }
  return encrypt(cipher, key, message).subarray(-16)
}

/** Multiplication by x in GF(2^128). */
function doubled(block: Uint8Array): Uint8Array {
  const shifted = Uint8Array.from(block, (byte, at) => ((byte << 1) | ((block[at + 1] ?? 0) >> 7)) & 0xff)
  if ((block[0] ?? 0) & 0x80) shifted[15] = (shifted[15] ?? 0) ^ 0x87
  return shifted
}

/** Padding method 2 of ISO/IEC 9797-1: 80, then zeroes to a whole block. */
export function pad(data: Uint8Array, block: number): Uint8Array {
  const padded = new Uint8Array(data.length + block - (data.length % block))
  padded.set(data)
  padded[data.length] = 0x80
  return padded
}

/** @returns what was padded, or nothing if it was not */
export function unpad(data: Uint8Array): Uint8Array | undefined {
  let end = data.length - 1
  while (end >= 0 && data[end] === 0) end -= 1
  return data[end] === 0x80 ? data.subarray(0, end) : undefined
}

function zeroes(cipher: Cipher): Uint8Array {
  return new Uint8Array(blockLength(cipher))
}

function fullKey(cipher: Cipher, key: Uint8Array): Uint8Array {
  return cipher === '3des' && key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key
}
