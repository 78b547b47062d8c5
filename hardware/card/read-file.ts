/** Reads one elementary file of a card, in pieces, never more than is allowed. */
import { err, ok, type Result } from 'neverthrow'
import { exchange, fileLength, readBinary, selectFile, type AnswerTrouble, type Transmit } from './iso7816.ts'

const shortPiece = 256
/** Fits into what pcscd and common readers buffer. */
const extendedPiece = 4_000
const done = 0x9000
const endOfFile = 0x6282
const beyondEnd = 0x6b00

/** After these there is no connection left, so asking again would tell what follows from the trouble instead of it. */
const overForGood: ReadonlySet<string> = new Set([
  'removed',
  'mute',
  'driver-stopped',
  'service-down',
  'cancelled',
])

/** Where a reader or a card cannot do extended lengths after all, it is asked in short ones from there on. */
export interface Reading<E> {
  transmit: Transmit<E>
  extended: boolean
}

/**
 * Selects the file and reads all of it.
 * @returns its content · `missing` if the card has no such file · `malformed` if the card's answers make no sense or the
 *   file is longer than `most` · `removed`
 */
export async function readFile<E extends string>(
  reading: Reading<E>,
  file: { id: number; most: number },
): Promise<Result<Uint8Array, E | AnswerTrouble | 'missing'>> {
  const selected = await exchange(reading.transmit, selectFile(file.id))
  if (selected.isErr()) return err(selected.error)
  if (selected.value.status !== done) return err('missing')
  const length = fileLength(selected.value.data)
  if (length !== undefined && length > file.most) return err('malformed')
  const parts: Uint8Array[] = []
  const end = length ?? file.most + 1
  let offset = 0
  while (offset < end) {
    const piece = await readPiece(reading, offset, end - offset)
    if (piece.isErr()) return err(piece.error)
    if (piece.value.length === 0) break
    parts.push(piece.value)
    offset += piece.value.length
  }
  if (length === undefined ? offset > file.most : offset !== length) return err('malformed')
  return ok(Buffer.concat(parts))
}

/** @returns the next bytes, none at the end of the file */
async function readPiece<E extends string>(
  reading: Reading<E>,
  offset: number,
  wanted: number,
): Promise<Result<Uint8Array, E | AnswerTrouble>> {
  // P1 and P2 hold 15 bits of offset; no file of ours is longer.
  if (offset > 0x7fff) return err('malformed')
  const length = Math.min(wanted, reading.extended ? extendedPiece : shortPiece)
  const answer = await exchange(
    reading.transmit,
    readBinary(offset, length, reading.extended && length > shortPiece),
    length + 2,
  )
  if (answer.isErr()) {
    if (!reading.extended || overForGood.has(answer.error)) return err(answer.error)
    reading.extended = false
    return readPiece(reading, offset, wanted)
  }
  const { status, data } = answer.value
  if (status === beyondEnd) return ok(new Uint8Array())
  if (status === done || status === endOfFile) return data.length <= length ? ok(data) : err('malformed')
  if (!reading.extended) return err('malformed')
  reading.extended = false
  return readPiece(reading, offset, wanted)
}
