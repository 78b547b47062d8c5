/** A card that answers as ISO/IEC 7816-4 says: one application with transparent files. */

export interface CardContent {
  aid: Uint8Array
  /** by file identifier */
  files: ReadonlyMap<number, Uint8Array>
}

export interface VirtualCard {
  atr: Uint8Array
  /** power off, power on or reset: nothing is selected afterwards */
  reset(): void
  /** @returns the answer with its status word */
  respond(apdu: Uint8Array): Uint8Array
}

/**
 * T=1, historical bytes with card capabilities: selection by full name and by file identifier, extended length taken
 * (7816-4 §12.1.1.9). The last byte makes the exclusive or of all but the first zero.
 */
export const cardAtr = withCheckByte(Uint8Array.of(0x3b, 0x85, 0x80, 0x01, 0x80, 0x73, 0x90, 0x00, 0x40))

/** The same without extended length: a reader that loses long answers is not asked for them. */
export const shortCardAtr = withCheckByte(Uint8Array.of(0x3b, 0x85, 0x80, 0x01, 0x80, 0x73, 0x90, 0x00, 0x00))

const ok = 0x9000
const endOfFile = 0x6282
const wrongLength = 0x6700
const noFileSelected = 0x6986
const notFound = 0x6a82
const beyondEnd = 0x6b00
const noInstruction = 0x6d00
const noClass = 0x6e00

/** @param content nothing: a card without any application */
export function createVirtualCard(content: CardContent | undefined, atr: Uint8Array = cardAtr): VirtualCard {
  let application: CardContent | undefined
  let file: Uint8Array | undefined

  function select(p1: number, data: Uint8Array, wantsInformation: boolean): Uint8Array {
    if (p1 === 0x04) {
      file = undefined
      application = content && Buffer.from(content.aid).equals(data) ? content : undefined
      return word(application ? ok : notFound)
    }
    file = data.length === 2 ? application?.files.get(((data[0] ?? 0) << 8) | (data[1] ?? 0)) : undefined
    if (!file) return word(notFound)
    return wantsInformation ? withWord(controlInformation(file.length), ok) : word(ok)
  }

  function read(offset: number, wanted: number): Uint8Array {
    if (!file) return word(noFileSelected)
    if (offset > file.length) return word(beyondEnd)
    const piece = file.subarray(offset, offset + wanted)
    return withWord(piece, piece.length < wanted ? endOfFile : ok)
  }

  return {
    atr,
    reset() {
      application = undefined
      file = undefined
    },
    respond(apdu) {
      const [cla, ins, p1 = 0, p2 = 0] = apdu
      const body = apdu.length >= 4 ? bodyOf(apdu) : undefined
      if (cla !== 0x00) return word(noClass)
      if (!body) return word(wrongLength)
      if (ins === 0xa4) return select(p1, body.data, (p2 & 0x0c) === 0)
      if (ins === 0xb0) return read((p1 << 8) | p2, body.wanted)
      return word(noInstruction)
    },
  }
}

/** Command data and expected length, short or extended (7816-4 §5.2). */
export function bodyOf(apdu: Uint8Array): { data: Uint8Array; wanted: number } | undefined {
  const body = apdu.subarray(4)
  const first = body[0] ?? 0
  const none = new Uint8Array()
  if (body.length === 0) return { data: none, wanted: 0 }
  if (body.length === 1) return { data: none, wanted: first || 256 }
  const isExtended = first === 0 && body.length >= 3
  const length = isExtended ? ((body[1] ?? 0) << 8) | (body[2] ?? 0) : first
  const from = isExtended ? 3 : 1
  if (isExtended && body.length === 3) return { data: none, wanted: length || 65_536 }
  if (body.length < from + length) return undefined
  const tail = body.subarray(from + length)
  const wanted =
    tail.length === 0 ? 0 : tail.length === 1 ? tail[0] || 256 : ((tail[0] ?? 0) << 8) | (tail[1] ?? 0)
  return { data: body.subarray(from, from + length), wanted }
}

/** Template 62 with the number of bytes in the file (tag 80, 7816-4 §7.4.3) and "transparent file" (tag 82). */
function controlInformation(length: number): Uint8Array {
  return Uint8Array.of(0x62, 0x07, 0x80, 0x02, length >> 8, length & 0xff, 0x82, 0x01, 0x01)
}

function word(status: number): Uint8Array {
  return Uint8Array.of(status >> 8, status & 0xff)
}

function withWord(data: Uint8Array, status: number): Uint8Array {
  return Buffer.concat([data, word(status)])
}

function withCheckByte(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(
    ...bytes,
    bytes.subarray(1).reduce((sum, byte) => sum ^ byte, 0),
  )
}
