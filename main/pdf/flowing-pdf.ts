/** A4 pages that texts flow down, with a foot on each. Lengths are in points (1/72 inch). */
import type { Context, PDFDocument } from '@napi-rs/canvas'
import { loadCanvas, printFont } from '../../hardware/printer/print-fonts.ts'
import { wrapText } from '../../hardware/printer/wrap-text.ts'

export const a4 = { width: 595, height: 842 }
const margin = 48
const footHeight = 40
const bottom = a4.height - margin - footHeight

export interface TextStyle {
  size?: number
  bold?: boolean
  colour?: string
  /** from the left margin */
  indent?: number
}

export interface FlowingPdf {
  text(text: string, style?: TextStyle): void
  /** A name and what it is, side by side. */
  pair(name: string, value: string): void
  /** A coloured strip beside what `draw` writes, for something that must not be overlooked. */
  marked(colour: string, draw: () => void): void
  rule(): void
  space(points: number): void
  /** Begins a new page when less than so much is left on this one. */
  keepTogether(points: number): void
  /** @returns the file; nothing may be written after it */
  finish(): Uint8Array
}

const ink = '#1f1b16'
const soft = '#5c5346'
const line = '#d9cfbd'
const nameWidth = 130

/** @param foot stands at the end of each page @throws Error - when the library or a font is not there */
export async function createFlowingPdf(about: { title: string; foot: string }): Promise<FlowingPdf> {
  const canvas = await loadCanvas()
  const pdf: PDFDocument = new canvas.PDFDocument({ title: about.title, creator: 'ID kiosk' })
  let pages = 0
  let page: Context = begin()
  let y = margin

  function begin(): Context {
    pages += 1
    return pdf.beginPage(a4.width, a4.height)
  }
  function end(): void {
    write(`${about.foot} · ${pages}`, margin, a4.height - margin, { size: 8, colour: soft })
    pdf.endPage()
  }
  function turn(): void {
    end()
    page = begin()
    y = margin
  }
  function write(text: string, x: number, at: number, { size = 10, bold, colour = ink }: TextStyle): void {
    page.font = printFont(size, bold)
    page.fillStyle = colour
    page.textAlign = 'left'
    page.fillText(text, x, at)
  }
  /** Letters that stack need more height. */
  const heightOf = (text: string, size: number) => size * (/\p{Script=Tibetan}/u.test(text) ? 1.8 : 1.4)

  function linesOf(text: string, { size = 10, bold }: TextStyle, width: number): string[] {
    page.font = printFont(size, bold)
    return wrapText(text, (piece) => page.measureText(piece).width, width)
  }
  function block(text: string, x: number, style: TextStyle): void {
    const { size = 10 } = style
    for (const one of linesOf(text, style, a4.width - margin - x)) {
      const height = heightOf(one, size)
      if (y + height > bottom) turn()
      write(one, x, y + height * 0.72, style)
      y += height
    }
  }

  return {
    text: (text, style = {}) => block(text, margin + (style.indent ?? 0), style),
    pair(name, value) {
      if (y + 16 > bottom) turn()
      write(name, margin, y + 10, { colour: soft })
      block(value, margin + nameWidth, { bold: true })
    },
    marked(colour, draw) {
      const [from, on] = [y, pages]
      draw()
      const start = on === pages ? from : margin
      page.fillStyle = colour
      page.fillRect(margin - 10, start, 4, y - start)
    },
    rule() {
      page.fillStyle = line
      page.fillRect(margin, y, a4.width - 2 * margin, 0.8)
      y += 8
    },
    space: (points) => void (y += points),
    keepTogether(points) {
      if (y + points > bottom) turn()
    },
    finish() {
      end()
      return new Uint8Array(pdf.close())
    },
  }
}
