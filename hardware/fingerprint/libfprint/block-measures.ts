/** What can be measured in blocks of a grey picture: is there skin, which way do ridges run, how light, dark and sharp. */

export interface GreyPicture {
  width: number
  height: number
  dpi: number
  grey: Uint8Array
}

export interface BlockMeasures {
  /** pixels that a finger covers */
  covered: number
  /** median over the covered blocks of the standard deviation of grey */
  contrast: number
  /** median coherence of the gradients, 0 (any way) to 1 (one way) */
  flow: number
  /** part of the covered pixels that is ridge, with mid-grey of the whole print as the border */
  dark: number
  /** mean steepness over the contrast of each block, median */
  sharpness: number
}

interface Block {
  deviation: number
  coherence: number
  steepness: number
  dark: number
}

/** About two ridges wide, whatever the scanner's resolution. */
const blockMm = 0.8
/** Below this deviation a block is glass or smear. */
const leastDeviation = 10

export function measureBlocks(picture: GreyPicture): BlockMeasures {
  const side = Math.max(8, Math.round((blockMm * picture.dpi) / 25.4))
  const border = middleGrey(picture)
  const blocks: Block[] = []
  for (let top = 1; top + side < picture.height; top += side) {
    for (let left = 1; left + side < picture.width; left += side) {
      const block = measureBlock(picture, left, top, side, border)
      if (block.deviation >= leastDeviation) blocks.push(block)
    }
  }
  const of = (pick: (block: Block) => number) => median(blocks.map(pick))
  return {
    covered: blocks.length * side * side,
    contrast: of((block) => block.deviation),
    flow: of((block) => block.coherence),
    dark: of((block) => block.dark),
    sharpness: of((block) => block.steepness),
  }
}

/** Between black and the glass: a scanner's glass is the lightest that it sees. */
function middleGrey({ grey }: GreyPicture): number {
  const counts = new Uint32Array(256)
  for (const value of grey) counts[value] = (counts[value] ?? 0) + 1
  const at = (part: number) => {
    let left = part * grey.length
    return counts.findIndex((count) => (left -= count) <= 0)
  }
  return (at(0.02) + at(0.98)) / 2
}

function measureBlock(picture: GreyPicture, left: number, top: number, side: number, border: number): Block {
  const { width, grey } = picture
  const value = (index: number) => grey[index] ?? 0
  let [sum, squares, dark, xx, yy, xy, steep] = [0, 0, 0, 0, 0, 0, 0]
  for (let y = top; y < top + side; y += 1) {
    for (let at = y * width + left; at < y * width + left + side; at += 1) {
      const here = value(at)
      // Sobel's operator smooths across while it looks along, so that single grains say little.
      const [above, below] = [at - width, at + width]
      const corners = value(below + 1) - value(above - 1)
      const others = value(above + 1) - value(below - 1)
      const dx = (corners + others + 2 * (value(at + 1) - value(at - 1))) / 8
      const dy = (corners - others + 2 * (value(below) - value(above))) / 8
      sum += here
      squares += here * here
      if (here < border) dark += 1
      xx += dx * dx
      yy += dy * dy
      xy += dx * dy
      steep += Math.hypot(dx, dy)
    }
  }
  const count = side * side
  const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
  const energy = xx + yy
  return {
    deviation,
    coherence: energy > 0 ? Math.hypot(xx - yy, 2 * xy) / energy : 0,
    steepness: deviation > 0 ? steep / count / (2 * deviation) : 0,
    dark: dark / count,
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
