/** Pictures of fingers that nobody has: ridges drawn by a formula, as JPEG for the stream and as an image record. */
import { encode } from 'jpeg-js'

const width = 240
const height = 180

/** @param at a number that moves the picture @param present whether fingers lie there @returns a JPEG */
export function drawFrame(at: number, present: boolean): Buffer {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const finger = Math.floor(x / 60)
      const dx = (x % 60) - 30
      const dy = y - 70 - 8 * Math.abs(finger - 1.5)
      const inside = present && (dx / 24) ** 2 + (dy / 58) ** 2 < 1
      const wave = Math.sin(Math.hypot(dx * 1.4, dy * 0.8 + 12 * Math.sin(at / 4)) * 0.9 + finger)
      const grey = inside ? 120 + 100 * wave : 236
      data.fill(Math.max(0, Math.min(255, grey)), (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return encode({ data, width, height }, 70).data
}

/**
 * A finger image record in the shape of ISO/IEC 19794-4: format name, version, length, one uncompressed grey view.
 * @param seed tells the fingers apart
 */
export function fingerRecord(seed: number): Buffer {
  const side = 96
  const head = Buffer.alloc(46)
  head.write('FIR\u0000020\u0000', 0, 'latin1')
  head.writeUInt32BE(46 + side * side, 8)
  head.writeUInt16BE(side, 34)
  head.writeUInt16BE(side, 36)
  const pixels = Buffer.alloc(side * side)
  for (let at = 0; at < pixels.length; at += 1) {
    const [x, y] = [at % side, Math.floor(at / side)]
    pixels[at] = 128 + 100 * Math.sin(Math.hypot(x - 40 - (seed % 17), y - 50) * 0.8 + seed)
  }
  return Buffer.concat([head, pixels])
}
