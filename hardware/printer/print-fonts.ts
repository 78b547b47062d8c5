/** The letters of everything that is printed or written as PDF: the fonts of the screens, from the packages. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Canvas from '@napi-rs/canvas'

const files = {
  'Slip Latin': '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2',
  'Slip Latin Bold': '@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff2',
  'Slip Tibetan': '@fontsource/jomolhari/files/jomolhari-tibetan-400-normal.woff2',
  'Slip Devanagari':
    '@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff2',
} as const

/** @returns the drawing library with the fonts in it @throws Error - when the library or a font is not there */
export async function loadCanvas(): Promise<typeof Canvas> {
  const canvas = await import('@napi-rs/canvas')
  const require = createRequire(import.meta.url)
  for (const [name, file] of Object.entries(files)) {
    if (!canvas.GlobalFonts.has(name)) canvas.GlobalFonts.register(readFileSync(require.resolve(file)), name)
  }
  return canvas
}

/**
 * First the letters of most texts; each next font has what those before it lack. The scripts of Bhutan have one weight.
 *
 * @param size in the canvas's unit
 */
export const printFont = (size: number, bold = false): string => {
  const families = [bold ? 'Slip Latin Bold' : 'Slip Latin', 'Slip Tibetan', 'Slip Devanagari']
  return `${size}px ${families.map((name) => `"${name}"`).join(', ')}`
}
