/**
 * Breaks a text into lines. Dzongkha has no spaces: a line may end after a tsheg (U+0F0B) or a shad (U+0F0D), and in any
 * language at a space or a zero-width space. A word that is wider than the paper is broken where the paper ends.
 *
 * @param widthOf the width of a piece of text @param most how wide a line may be, in the same unit
 */
export function wrapText(text: string, widthOf: (text: string) => number, most: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, widthOf, most))
}

function wrapParagraph(text: string, widthOf: (text: string) => number, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text
    .split(/(?<=[\s\u200b\u0f0b\u0f0d])/u)
    .flatMap((one) => fitting(one, widthOf, most))) {
    if (line !== '' && widthOf(shown(line + piece)) > most) {
      lines.push(shown(line))
      line = ''
    }
    line += piece
  }
  const rest = shown(line)
  if (rest !== '' || lines.length === 0) lines.push(rest)
  return lines
}

const shown = (line: string) => line.replaceAll('\u200b', '').trim()

/** A piece that fits as it is, or its parts that do; a letter and its marks are never torn apart. */
function fitting(piece: string, widthOf: (text: string) => number, most: number): string[] {
  if (widthOf(shown(piece)) <= most) return [piece]
  const parts: string[] = []
  let part = ''
  for (const { segment } of new Intl.Segmenter().segment(piece)) {
    if (part !== '' && widthOf(part + segment) > most) {
      parts.push(part)
      part = ''
    }
    part += segment
  }
  return [...parts, part]
}
