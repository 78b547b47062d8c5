/** The dark and light of a code, made as fast as frames come. */
import { create } from 'qrcode'

export interface CodePicture {
  /** modules along a side, the quiet zone on both sides among them */
  size: number
  dark: (x: number, y: number) => boolean
}

/** what every camera needs around a code, in modules */
const quiet = 4

/** @param text of a frame, in the characters that a code packs closest @returns its picture */
export function pictureOf(text: string): CodePicture {
  // The mode is told, since looking for the best mixture takes longer than everything else; a lost frame comes again.
  const { modules } = create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'L' })
  const { size } = modules
  return {
    size: size + 2 * quiet,
    dark: (x, y) => {
      const [column, row] = [x - quiet, y - quiet]
      if (column < 0 || row < 0 || column >= size || row >= size) return false
      return modules.data[row * size + column] === 1
    },
  }
}
