/** The chain that ties each capture of a device to the one before (sbi.md §7). */
import { createHash } from 'node:crypto'

const hex = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex').toUpperCase()

/** Before a device's first capture: SHA-256 of nothing. */
export const emptyHash = hex('')

export const isHash = (text: string) => /^[0-9A-F]{64}$/.test(text)

/** h_n = SHA-256(bytes(h_n-1) ‖ SHA-256(iso)) in upper-case hex; bytes() decodes the hex. @param bioValue base64url */
export function nextHash(previous: string, bioValue: string): string {
  const iso = createHash('sha256').update(Buffer.from(bioValue, 'base64url')).digest()
  return hex(Buffer.concat([Buffer.from(previous, 'hex'), iso]))
}

/** How the words of 1.0 can be misread: over the hexadecimal text. Never accepted, only recognised. */
export function textHash(previous: string, bioValue: string): string {
  return hex(previous + hex(Buffer.from(bioValue, 'base64url')))
}
