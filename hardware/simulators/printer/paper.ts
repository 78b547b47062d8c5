/** The paper of the virtual printer: rows of dots, and a picture of them. */
import { crc32, deflateSync } from 'node:zlib'

/** 1 = black */
type Row = Uint8Array

/** A roll that never ends would fill the memory: about two metres. */
const mostRows = 16_000

export interface Paper {
  readonly width: number
  rows(): number
  /** @param dots one row, as wide as the paper or narrower @param at where it begins */
  print(dots: Uint8Array, at: number): void
  feed(rows: number): void
  /** @returns a grey PNG, 1 pixel a dot */
  picture(): Uint8Array
}

export function createPaper(width: number): Paper {
  const rows: Row[] = []
  const add = (row: Row) => {
    if (rows.length < mostRows) rows.push(row)
  }
  return {
    width,
    rows: () => rows.length,
    print(dots, at) {
      const row = new Uint8Array(width)
      // What is wider than the paper is lost, as on a real one.
      for (const [index, dot] of dots.entries()) if (at + index < width) row[at + index] = dot
      add(row)
    },
    feed(count) {
      for (let row = 0; row < count; row++) add(new Uint8Array(width))
    },
    picture: () => png(width, rows),
  }
}

function png(width: number, rows: readonly Row[]): Uint8Array {
  const height = Math.max(1, rows.length)
  const pixels = Buffer.alloc(height * (width + 1), 255)
  for (let y = 0; y < height; y++) {
    pixels[y * (width + 1)] = 0
    for (const [x, dot] of (rows[y] ?? []).entries()) if (dot) pixels[y * (width + 1) + 1 + x] = 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, ...parts])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8 + body.length)
  frame.writeUInt32BE(data.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), 4 + body.length)
  return frame
}
