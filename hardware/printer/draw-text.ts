/**
 * Text as dots. No receipt printer has Tibetan letters, and few have Devanagari, so every text is drawn here, with the
 * fonts of the screens and a library (Skia with HarfBuzz) that stacks and joins letters as a page would.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ReceiptPart } from './receipt.ts'
import { wrapText } from './wrap-text.ts'

export interface Dots {
  width: number
  height: number
  /** RGBA, black on white */
  data: Uint8ClampedArray
}

/** First the letters of most texts; each next font has what those before it lack. */
const fonts = [
  ['Slip Latin', '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2'],
  ['Slip Tibetan', '@fontsource/jomolhari/files/jomolhari-tibetan-400-normal.woff2'],
  [
    'Slip Devanagari',
    '@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff2',
  ],
] as const

/** Height of the letters and of a line in dots of 1/8 mm. Jomolhari's stacks reach far below the line. */
const sizes = {
  title: { letters: 34, line: 60 },
  normal: { letters: 30, line: 52 },
  small: { letters: 24, line: 42 },
} as const

type Text = Extract<ReceiptPart, { kind: 'text' }>

/** @param dots width of the paper @throws Error - when the library or a font is not there */
export async function drawText({ text, size }: Text, dots: number): Promise<Dots> {
  const { createCanvas, GlobalFonts } = await import('@napi-rs/canvas')
  const require = createRequire(import.meta.url)
  for (const [name, file] of fonts) {
    if (!GlobalFonts.has(name)) GlobalFonts.register(readFileSync(require.resolve(file)), name)
  }
  const { letters, line } = sizes[size]
  const font = `${letters}px ${fonts.map(([name]) => `"${name}"`).join(', ')}`
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
    context.fillText(one, dots / 2, index * line + Math.round(line * 0.62))
  }
  return { width: dots, height, data: context.getImageData(0, 0, dots, height).data }
}
