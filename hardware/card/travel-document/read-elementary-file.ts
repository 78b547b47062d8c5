/** Reads one file of the document, in pieces, as far as the length in its own head says. */
import { err, ok, type Result } from 'neverthrow'
import type { Command } from './command.ts'
import type { Talk, TalkTrouble } from './conversation.ts'
import { readHead, tlv, valueOf } from './tlv.ts'

export interface Reading {
  talk: Talk
  /** bytes that one answer may carry */
  piece: number
  /** called after each piece: bytes of this file so far, and all of them */
  onBytes?: (done: number, of: number) => void
}

/** In a session with AES, 223 bytes are what fits with its wrapping into a short answer. */
export const shortPiece = 223
/** Fits into what pcscd and common readers buffer, wrapped. */
export const extendedPiece = 4_000

const done = 0x9000
const endOfFile = 0x6282
/** Longer than the longest head of tag and length; every file of a document is longer than this. */
const headLength = 6
const lastShortOffset = 0x7fff

/**
 * @param file its identifier, the tag it must begin with, and the most that is read
 * @returns all of it · `missing` if it cannot be selected · `malformed` if the answers make no sense or it is too long
 */
export async function readElementaryFile(
  { talk, piece, onBytes }: Reading,
  file: { id: number; tag: number; most: number },
): Promise<Result<Uint8Array, TalkTrouble>> {
  const select: Command = {
    header: [0x00, 0xa4, 0x02, 0x0c],
    data: Uint8Array.of(file.id >> 8, file.id & 0xff),
  }
  const selected = await talk(select)
  if (selected.isErr()) return err(selected.error)
  if (selected.value.status !== done) return err('missing')
  const first = await readPiece(talk, 0, headLength)
  if (first.isErr()) return err(first.error)
  const head = readHead(first.value)
  if (head?.tag !== file.tag || head.to > file.most || head.to < first.value.length) return err('malformed')
  const content = Buffer.alloc(head.to)
  content.set(first.value)
  let at = first.value.length
  while (at < content.length) {
    const next = await readPiece(talk, at, Math.min(piece, content.length - at))
    if (next.isErr()) return err(next.error)
    if (next.value.length === 0) return err('malformed')
    content.set(next.value, at)
    at += next.value.length
    onBytes?.(at, content.length)
  }
  return ok(content)
}

async function readPiece(
  talk: Talk,
  offset: number,
  length: number,
): Promise<Result<Uint8Array, TalkTrouble>> {
  const isFar = offset > lastShortOffset
  const answer = await talk(isFar ? readFar(offset, length) : readNear(offset, length))
  if (answer.isErr()) return err(answer.error)
  const { status, data } = answer.value
  if (status !== done && status !== endOfFile) return err('malformed')
  const bytes = isFar ? valueOf(data, 0x53) : data
  return bytes && bytes.length <= length ? ok(bytes) : err('malformed')
}

function readNear(offset: number, length: number): Command {
  return { header: [0x00, 0xb0, offset >> 8, offset & 0xff], wanted: length }
}

/** Beyond 32 kB the offset is a data object, and so is what comes back (ISO/IEC 7816-4 §11.3.3). */
function readFar(offset: number, length: number): Command {
  const where = Uint8Array.of((offset >> 16) & 0xff, (offset >> 8) & 0xff, offset & 0xff)
  const head = tlv(0x53, new Uint8Array(length)).length - length
  return { header: [0x00, 0xb1, 0x00, 0x00], data: tlv(0x54, where), wanted: length + head }
}
