/**
 * The log in which LevelDB keeps what it has not yet put into a table. LevelDB takes a record whose checksum does not fit
 * for the torn end of a power cut: it leaves out that record and all of its block (32 KiB), opens, and says nothing. Each
 * of ours was fsync'ed and acknowledged before the next was begun, so a bad one with a good one behind it is damage.
 *
 * Format: blocks of 32 KiB of records `checksum (4, masked CRC-32C of type and data) length (2) type (1) data`; a record
 * that does not fit its block is cut into pieces (LevelDB, doc/log_format.md).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const blockSize = 32_768
const headerSize = 7
const type = { full: 1, first: 2, middle: 3, last: 4 } as const

interface Piece {
  at: number
  /** whether its checksum fits */
  good: boolean
  type: number
  data: Buffer
}

function* piecesOf(log: Buffer): Generator<Piece> {
  for (let at = 0; at + headerSize <= log.length;) {
    const left = blockSize - (at % blockSize)
    const length = left < headerSize ? 0 : log.readUInt16LE(at + 4)
    const end = at + headerSize + length
    if (left < headerSize || headerSize + length > left || end > log.length) {
      // The end of a block, or a length that cannot be: the next block begins afresh.
      if (left >= headerSize) yield { at, good: false, type: 0, data: Buffer.alloc(0) }
      at += left
      continue
    }
    const covered = log.subarray(at + 6, end)
    const good = covered.readUInt8(0) > 0 && log.readUInt32LE(at) === masked(crc32c(covered))
    yield { at, good, type: covered.readUInt8(0), data: covered.subarray(1) }
    at = end
  }
}

/** @param folder of a LevelDB that is not open @returns where its log is damaged, or undefined where it is whole or torn */
export function damagedLog(folder: string): string | undefined {
  for (const name of logsIn(folder)) {
    let bad: number | undefined
    for (const piece of piecesOf(readFileSync(join(folder, name)))) {
      if (!piece.good) bad ??= piece.at
      else if (bad !== undefined && (piece.type === type.full || piece.type === type.first))
        return `${name}: checksum of the record at ${bad}`
    }
  }
  return undefined
}

/** Leaves out of each log what is damaged, and nothing else of its block. @param folder a copy of a LevelDB */
export function mendLogs(folder: string): void {
  for (const name of logsIn(folder)) {
    const path = join(folder, name)
    writeFileSync(path, logOf(wholeRecords(readFileSync(path))))
  }
}

function* wholeRecords(log: Buffer): Generator<Buffer> {
  let begun: Buffer[] | undefined
  for (const piece of piecesOf(log)) {
    if (!piece.good) begun = undefined
    else if (piece.type === type.full) yield piece.data
    else if (piece.type === type.first) begun = [piece.data]
    else {
      begun?.push(piece.data)
      if (piece.type !== type.last || !begun) continue
      yield Buffer.concat(begun)
      begun = undefined
    }
  }
}

function logOf(records: Iterable<Buffer>): Buffer {
  const out: Buffer[] = []
  let at = 0
  const put = (bytes: Buffer) => {
    out.push(bytes)
    at += bytes.length
  }
  for (const record of records) {
    for (let from = 0, isFirst = true; isFirst || from < record.length; isFirst = false) {
      const left = blockSize - (at % blockSize)
      if (left < headerSize) put(Buffer.alloc(left))
      const room = blockSize - (at % blockSize) - headerSize
      const data = record.subarray(from, from + room)
      const isLast = from + data.length === record.length
      const kind = isFirst ? (isLast ? type.full : type.first) : isLast ? type.last : type.middle
      const covered = Buffer.concat([Buffer.from([kind]), data])
      const head = Buffer.alloc(6)
      head.writeUInt32LE(masked(crc32c(covered)))
      head.writeUInt16LE(data.length, 4)
      put(Buffer.concat([head, covered]))
      from += data.length
    }
  }
  return Buffer.concat(out)
}

function logsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+\.log$/.test(name))
  } catch {
    return []
  }
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** CRC-32C (Castagnoli, RFC 3720 B.4) */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

/** As LevelDB stores it, so that a checksum of data which holds checksums stays a good one. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
