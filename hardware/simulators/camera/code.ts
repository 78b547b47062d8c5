/** Draws a QR code as if somebody held it to the camera: on a phone or on a slip. */
import { create, type QRCodeSegment } from 'qrcode'
import { blankPicture, paintBox, type Colour, type Picture } from './picture.ts'

export interface HeldCode {
  /** text, or the bytes themselves */
  content: string | Uint8Array
  /** degrees, clockwise */
  rotate?: number
  /** 1 = as large as it fits */
  scale?: number
}

const surroundings: Colour = [88, 94, 100]
const paper: Colour = [238, 238, 234]
const ink: Colour = [22, 22, 24]
/** modules of white around a code (ISO/IEC 18004 §6.3.8) */
const quiet = 4
/** the code's part of the picture's height */
const fills = 0.85

/**
 * @returns the picture, or nothing when the content is longer than a QR code can hold (2953 bytes)
 */
export function drawCode(width: number, height: number, held: HeldCode): Picture | undefined {
  const code = encode(held.content)
  if (!code) return undefined
  const { size, data } = code
  const { rotate = 0, scale = 1 } = held
  // Whole pixels a module, or every second line of a large code would blur.
  const fit = Math.min(Math.floor((height * fills) / size), Math.floor(height / (size + 2 * quiet)))
  const pixels = Math.max(1, fit) * scale
  const picture = blankPicture(width, height, surroundings)
  const isDark = (column: number, row: number) =>
    column >= 0 && row >= 0 && column < size && row < size && data[row * size + column] === 1
  const isPaper = (column: number, row: number) =>
    Math.min(column, row) >= -quiet && Math.max(column, row) < size + quiet
  const colourAt = (column: number, row: number) =>
    isDark(column, row) ? ink : isPaper(column, row) ? paper : undefined
  const [cos, sin] = [Math.cos((rotate * Math.PI) / 180), Math.sin((rotate * Math.PI) / 180)]
  const origin = Math.round((size * pixels) / 2) / pixels
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x + 0.5 - width / 2, y + 0.5 - height / 2]
      const column = Math.floor((dx * cos + dy * sin) / pixels + origin)
      const row = Math.floor((dy * cos - dx * sin) / pixels + origin)
      const colour = colourAt(column, row)
      if (colour) paintBox(picture, { x, y, width: 1, height: 1 }, colour)
    }
  }
  return picture
}

function encode(content: string | Uint8Array): { size: number; data: Uint8Array } | undefined {
  const what: string | QRCodeSegment[] =
    typeof content === 'string' ? content : [{ data: content, mode: 'byte' }]
  try {
    // Small codes have room for more correction; large ones need every module to be as large as it can.
    const { modules } = create(what, { errorCorrectionLevel: content.length > 800 ? 'L' : 'M' })
    return { size: modules.size, data: Uint8Array.from(modules.data) }
  } catch {
    return undefined
  }
}
