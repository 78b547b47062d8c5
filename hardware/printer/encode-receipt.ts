/** A receipt as ESC/POS: texts as raster images, the QR code by the printer's own command. */
import { drawText, type Dots } from './draw-text.ts'
import type { Receipt } from './receipt.ts'

/** Modules of six dots are 0.75 mm, which a worn print head and a cheap camera still resolve. */
const qrModuleDots = 6

/** A grey edge of a letter is printed too: thin strokes of Jomolhari would break on a worn head. */
const inkAbove = 190

/** @param dots width of the paper @returns the bytes that print and cut it @throws Error - as `drawText` */
export async function encodeReceipt(receipt: Receipt, dots: number): Promise<Uint8Array> {
  const { default: ReceiptPrinterEncoder } = await import('@point-of-sale/receipt-printer-encoder')
  const encoder = new ReceiptPrinterEncoder({ language: 'esc-pos', imageMode: 'raster', feedBeforeCut: 5 })
  encoder.initialize().align('center')
  for (const part of receipt) {
    switch (part.kind) {
      case 'text': {
        put(await drawText(part, dots))
        break
      }
      case 'line':
        put(drawLine(dots))
        break
      case 'qr':
        encoder.qrcode(part.text, { model: 2, size: qrModuleDots, errorlevel: 'm' }).newline()
        break
    }
  }
  return encoder.cut('partial').encode()

  function put({ data, width, height }: Dots): void {
    encoder.image({ data, width, height, colorSpace: 'srgb' }, width, height, 'threshold', inkAbove)
  }
}

function drawLine(width: number): Dots {
  const height = 16
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let at = 7 * width; at < 9 * width; at++) data.set([0, 0, 0], at * 4)
  return { width, height, data }
}
