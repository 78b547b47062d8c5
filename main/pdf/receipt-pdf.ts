/**
 * A receipt as PDF, for an office without a receipt printer: the same parts as on the roll, either on a page that is as
 * wide as the roll and as long as the slip, or large in the middle of an A4 page.
 */
import { create } from 'qrcode'
import type { Context } from '@napi-rs/canvas'
import { baseline, receiptSizes } from '../../hardware/printer/draw-text.ts'
import { loadCanvas, printFont } from '../../hardware/printer/print-fonts.ts'
import type { Receipt, ReceiptPart } from '../../hardware/printer/receipt.ts'
import { wrapText } from '../../hardware/printer/wrap-text.ts'
import { a4 } from './flowing-pdf.ts'

export type Paper = 'roll' | 'a4'

/** Points in a dot of the receipt printer (203 dpi). */
const dot = 72 / 203.2
/** 72 mm, what a roll of 80 mm prints on. */
const rollDots = 576
const marginDots = 32
/** How much larger than on the roll it stands on A4. */
const enlarged = 1.5
const qrDots = 300
const quietModules = 4

interface Placed {
  height: number
  draw(context: Context, x: number, y: number): void
}

/** @throws Error - when the library or a font is not there */
export async function renderReceiptPdf(receipt: Receipt, paper: Paper, title: string): Promise<Uint8Array> {
  const { PDFDocument, createCanvas } = await loadCanvas()
  const scale = dot * (paper === 'a4' ? enlarged : 1)
  const measuring = createCanvas(1, 1).getContext('2d')
  const parts = receipt.map((part) => place(part, scale, measuring))
  const [width, margin] = [rollDots * scale, marginDots * scale]
  const height = parts.reduce((sum, part) => sum + part.height, 0) + 2 * margin
  const pdf = new PDFDocument({ title, creator: 'ID kiosk' })
  const size = paper === 'a4' ? a4 : { width: width + 2 * margin, height }
  const page = pdf.beginPage(size.width, size.height)
  const left = (size.width - width) / 2
  const top = paper === 'a4' ? 60 : 0
  if (paper === 'a4') {
    // Where it is cut out.
    page.strokeStyle = '#8a7d68'
    page.lineWidth = 0.6
    page.setLineDash([4, 4])
    page.strokeRect(left - margin, top, width + 2 * margin, height)
    // The library would dash the letters, too.
    page.setLineDash([])
  }
  let y = top + margin
  for (const part of parts) {
    part.draw(page, left, y)
    y += part.height
  }
  pdf.endPage()
  return new Uint8Array(pdf.close())
}

function place(part: ReceiptPart, scale: number, measuring: Context): Placed {
  const width = rollDots * scale
  switch (part.kind) {
    case 'text': {
      const { letters, line } = receiptSizes[part.size]
      const font = printFont(letters * scale)
      measuring.font = font
      const lines = wrapText(part.text, (piece) => measuring.measureText(piece).width, width)
      return {
        height: lines.length * line * scale,
        draw(context, x, y) {
          context.font = font
          context.fillStyle = '#000000'
          context.textAlign = 'center'
          for (const [index, one] of lines.entries())
            context.fillText(one, x + width / 2, y + (index + baseline) * line * scale)
        },
      }
    }
    case 'line':
      return {
        height: 16 * scale,
        draw(context, x, y) {
          context.fillStyle = '#000000'
          context.fillRect(x, y + 7 * scale, width, 2 * scale)
        },
      }
    case 'qr':
      return placeQr(part.text, scale)
  }
}

function placeQr(text: string, scale: number): Placed {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const side = qrDots * scale
  const cell = side / (modules.size + 2 * quietModules)
  return {
    height: side,
    draw(context, x, y) {
      context.fillStyle = '#000000'
      const left = x + (rollDots * scale - side) / 2 + quietModules * cell
      for (let row = 0; row < modules.size; row++) {
        // Dark neighbours in one piece, so that no viewer leaves a hair of white between them.
        for (let from = 0; from < modules.size; from++) {
          let to = from
          while (to < modules.size && modules.get(row, to)) to++
          if (to > from)
            context.fillRect(
              left + from * cell,
              y + (row + quietModules) * cell,
              (to - from) * cell,
              cell * 1.02,
            )
          from = to
        }
      }
    },
  }
}
