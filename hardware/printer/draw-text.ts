/**
 * Text as dots. No receipt printer has Tibetan letters, and few have Devanagari, so every text is drawn here, with the
 * fonts of the screens and a library (Skia with HarfBuzz) that stacks and joins letters as a page would.
 */
import { loadCanvas, printFont } from './print-fonts.ts'
import type { ReceiptPart } from './receipt.ts'
import { wrapText } from './wrap-text.ts'

export interface Dots {
  width: number
  height: number
  /** RGBA, black on white */
  data: Uint8ClampedArray
}

/** Height of the letters and of a line in dots of 1/8 mm. Jomolhari's stacks reach far below the line. */
export const receiptSizes = {
  title: { letters: 34, line: 60 },
  normal: { letters: 30, line: 52 },
  small: { letters: 24, line: 42 },
} as const

/** Where in its line the letters stand, as a part of the line's height. */
export const baseline = 0.62

type Text = Extract<ReceiptPart, { kind: 'text' }>

/** @param dots width of the paper @throws Error - when the library or a font is not there */
export async function drawText({ text, size }: Text, dots: number): Promise<Dots> {
  const { createCanvas } = await loadCanvas()
  const { letters, line } = receiptSizes[size]
  const font = printFont(letters)
  const measuring = createCanvas(1, 1).getContext('2d')
  measuring.font = font
  const lines = wrapText(text, (piece) => measuring.measureText(piece).width, dots)

  const height = lines.length * line
  const context = createCanvas(dots, height).getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, dots, height)
  context.fillStyle = '#000000'
  context.font = font
  context.textAlign = 'center'
  for (const [index, one] of lines.entries()) {
    context.fillText(one, dots / 2, index * line + Math.round(line * baseline))
  }
  return { width: dots, height, data: context.getImageData(0, 0, dots, height).data }
}
