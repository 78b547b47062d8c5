/** The hash chain as a device makes it (sbi.md §7); written apart from the client's, which it tests. */
import { createHash } from 'node:crypto'

const digest = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest()
const upper = (bytes: Buffer) => bytes.toString('hex').toUpperCase()

export function chain(previous: string, iso: Uint8Array): string {
  return upper(digest(Buffer.concat([Buffer.from(previous, 'hex'), digest(iso)])))
}

/** The misreading: over text. */
export function textChain(previous: string, iso: Uint8Array): string {
  return upper(digest(previous + upper(digest(iso))))
}
