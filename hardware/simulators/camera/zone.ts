/** Draws the lower part of a passport or a card, as if somebody held it to the camera: its lines in OCR-B. */
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import { existsSync } from 'node:fs'
import type { Picture } from './picture.ts'

/** Debian's fonts-ocr-b */
export const ocrB = '/usr/share/fonts/opentype/ocr-b/OCRB.otf'
export const hasOcrB = existsSync(ocrB)

export interface HeldZone {
  /** 88, 72 or 90 signs, run together */
  zone: string
  /** degrees, clockwise */
  rotate?: number
  /** 1 = the page is as wide as the picture */
  scale?: number
}

/** @returns the picture, or nothing where the font is missing or the zone has no known length */
export function drawZonePage(width: number, height: number, held: HeldZone): Picture | undefined {
  const signs = { 88: 44, 72: 36, 90: 30 }[held.zone.length]
  if (!hasOcrB || !signs) return undefined
  if (!GlobalFonts.has('OCR-B')) GlobalFonts.registerFromPath(ocrB, 'OCR-B')
  const { rotate = 0, scale = 1 } = held
  const canvas = createCanvas(width, height)
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#58606a'
  pen.fillRect(0, 0, width, height)
  pen.translate(width / 2, height / 2)
  pen.rotate((rotate * Math.PI) / 180)
  // ISO/IEC 7810: 125 mm for a passport, 85.6 mm for a card; a sign of OCR-B takes 2.54 mm.
  const pitch = (width * scale * 2.54) / (signs === 44 ? 125 : signs === 36 ? 105 : 85.6)
  pen.fillStyle = '#e8e4da'
  pen.fillRect((-width * scale) / 2, -height, width * scale, height + pitch * 4)
  pen.fillStyle = '#1c1c20'
  pen.font = '100px "OCR-B"'
  pen.font = `${(100 * pitch) / pen.measureText('0').width}px "OCR-B"`
  const lines = held.zone.match(new RegExp(`.{${signs}}`, 'g')) ?? []
  for (const [row, line] of lines.entries()) {
    const y = (row - (lines.length - 1) / 2) * pitch * 2.5 + pitch / 2
    for (const [at, sign] of [...line].entries()) pen.fillText(sign, (at - signs / 2) * pitch, y)
  }
  const { data } = pen.getImageData(0, 0, width, height)
  const rgb = new Uint8ClampedArray(width * height * 3)
  for (let i = 0; i < width * height; i += 1)
    for (let c = 0; c < 3; c += 1) rgb[i * 3 + c] = data[i * 4 + c] ?? 0
  return { width, height, rgb }
}
