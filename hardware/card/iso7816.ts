/** The little of ISO/IEC 7816-4 that reading files needs: SELECT, READ BINARY, status words, file control information. */
import { err, ok, type Result } from 'neverthrow'

/** Sends one APDU, answers with what the card said, status word included. `most` is the longest answer, bytes. */
export type Transmit<E> = (apdu: Uint8Array, most: number) => Promise<Result<Uint8Array, E>>

export interface CardAnswer {
  data: Uint8Array
  /** SW1 SW2 */
  status: number
}

/** The card answered, but not as the standard says; or the transmission failed. */
export type AnswerTrouble = 'removed' | 'malformed'

const shortMost = 256 + 2
/** More rounds than this no honest card needs for one answer. */
const mostRounds = 200

/**
 * One command and its whole answer: fetches what is waiting (61xx) and repeats with the right length (6Cxx), as T=0 cards
 * want it (ISO/IEC 7816-3 §10.3.3).
 */
export async function exchange<E>(
  transmit: Transmit<E>,
  command: Uint8Array,
  most = shortMost,
): Promise<Result<CardAnswer, E | AnswerTrouble>> {
  let next = command
  const parts: Uint8Array[] = []
  for (let round = 0; round < mostRounds; round += 1) {
    const raw = await transmit(next, most)
    if (raw.isErr()) return err(raw.error)
    // pcscd answers with nothing at all, and without an error, when the card was pulled out while it was asked.
    if (raw.value.length < 2) return err('removed')
    const answer = splitAnswer(raw.value)
    const [high, low] = [answer.status >> 8, answer.status & 0xff]
    if (high === 0x6c) {
      next = Uint8Array.of(...next.subarray(0, 4), low)
    } else {
      parts.push(answer.data)
      if (high !== 0x61) return ok({ data: Buffer.concat(parts), status: answer.status })
      next = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, low)
    }
  }
  return err('malformed')
}

function splitAnswer(raw: Uint8Array): CardAnswer {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return { data: raw.subarray(0, -2), status: view.getUint16(raw.length - 2) }
}

/** SELECT by application identifier, first or only, no answer data wanted (§11.2.2). */
export function selectApplication(aid: Uint8Array): Uint8Array {
  return Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, aid.length, ...aid)
}

/** SELECT an elementary file under the application; the card answers with its control information. */
export function selectFile(id: number): Uint8Array {
  return Uint8Array.of(0x00, 0xa4, 0x02, 0x00, 0x02, id >> 8, id & 0xff, 0x00)
}

/**
 * READ BINARY (§11.3.3).
 * @param offset 0 to 32767 @param length 1 to 256, or to 65535 when `extended`
 */
export function readBinary(offset: number, length: number, extended: boolean): Uint8Array {
  const head = [0x00, 0xb0, offset >> 8, offset & 0xff]
  return extended
    ? Uint8Array.of(...head, 0x00, length >> 8, length & 0xff)
    : Uint8Array.of(...head, length & 0xff)
}

/**
 * @param fci answer to SELECT: template 62 or 6F holding, as tag 80, the number of data bytes in the file (§7.4.3)
 * @returns that number, or nothing when the card does not say
 */
export function fileLength(fci: Uint8Array): number | undefined {
  const [template] = readTlv(fci)
  if (template?.tag !== 0x62 && template?.tag !== 0x6f) return undefined
  const size = readTlv(template.value).find(({ tag }) => tag === 0x80)?.value
  if (!size || size.length < 1 || size.length > 4) return undefined
  return size.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** One-byte tags and lengths up to 255 are all that file control information uses; what does not fit ends the list. */
function readTlv(bytes: Uint8Array): { tag: number; value: Uint8Array }[] {
  const found = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const tag = bytes[at] ?? 0
    const long = bytes[at + 1] === 0x81
    const length = bytes[long ? at + 2 : at + 1] ?? 0
    const from = at + (long ? 3 : 2)
    if ((!long && length > 0x7f) || from + length > bytes.length) break
    found.push({ tag, value: bytes.subarray(from, from + length) })
    at = from + length
  }
  return found
}

/**
 * @param atr answer to reset (ISO/IEC 7816-3 §8.2)
 * @returns whether the card says in its historical bytes that it takes extended lengths (7816-4 §12.1.1.9, card
 *   capabilities, tag 7, third byte, bit 7)
 */
export function takesExtendedLength(atr: Uint8Array): boolean {
  const historical = historicalBytes(atr)
  if (historical[0] !== 0x80 && historical[0] !== 0x00) return false
  let at = 1
  while (at < historical.length) {
    const head = historical[at] ?? 0
    const length = head & 0x0f
    if (head >> 4 === 0x7 && length >= 3) return ((historical[at + 3] ?? 0) & 0x40) !== 0
    at += 1 + length
  }
  return false
}

function historicalBytes(atr: Uint8Array): Uint8Array {
  const count = (atr[1] ?? 0) & 0x0f
  let at = 1
  let more = (atr[1] ?? 0) >> 4
  while (more !== 0 && at < atr.length) {
    at += bitCount(more)
    more = more & 0x8 ? (atr[at] ?? 0) >> 4 : 0
  }
  return atr.subarray(at + 1, at + 1 + count)
}

function bitCount(nibble: number): number {
  return [1, 2, 4, 8].filter((bit) => nibble & bit).length
}
