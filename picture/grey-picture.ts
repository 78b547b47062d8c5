/** Grey pictures and the few ways to make a poor one readable. No DOM: the same code runs in a worker and in Node. */

/** What a canvas gives: four bytes a pixel. */
export interface RgbaPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/** One byte a pixel, 0 is black. */
export interface GreyPicture {
  readonly width: number
  readonly height: number
  readonly grey: Uint8ClampedArray<ArrayBuffer>
}

/** Luma as ITU-R BT.601 weighs it. */
export function greyOf({ width, height, data }: RgbaPicture): GreyPicture {
  const grey = new Uint8ClampedArray(width * height)
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 4) {
    grey[i] = ((data[at] ?? 0) * 306 + (data[at + 1] ?? 0) * 601 + (data[at + 2] ?? 0) * 117) >> 10
  }
  return { width, height, grey }
}

export function rgbaOf({ width, height, grey }: GreyPicture): RgbaPicture {
  const data = new Uint8ClampedArray(width * height * 4)
  for (let i = 0, at = 0; i < grey.length; i += 1, at += 4) {
    const level = grey[i] ?? 0
    data[at] = data[at + 1] = data[at + 2] = level
    data[at + 3] = 255
  }
  return { width, height, data }
}

/** Spreads the levels between the darkest and the lightest hundredth over the whole range. */
export function stretch({ width, height, grey }: GreyPicture): GreyPicture {
  const counts = new Uint32Array(256)
  for (const level of grey) counts[level] = (counts[level] ?? 0) + 1
  const levelAt = (share: number) => {
    let left = grey.length * share
    return Math.max(
      0,
      counts.findIndex((count) => (left -= count) < 0),
    )
  }
  const [low, high] = [levelAt(0.01), levelAt(0.99)]
  const factor = 255 / Math.max(1, high - low)
  return { width, height, grey: grey.map((level) => (level - low) * factor) }
}

/** Weighs each pixel with its eight neighbours (1 2 1), against noise; the outermost pixels stay. */
export function smooth({ width, height, grey }: GreyPicture): GreyPicture {
  const rows = new Uint16Array(grey.length)
  for (let i = 1; i < grey.length - 1; i += 1) {
    rows[i] = (grey[i - 1] ?? 0) + 2 * (grey[i] ?? 0) + (grey[i + 1] ?? 0)
  }
  const out = Uint8ClampedArray.from(grey)
  for (let i = width + 1; i < grey.length - width - 1; i += 1) {
    const column = i % width
    if (column === 0 || column === width - 1) continue
    out[i] = ((rows[i - width] ?? 0) + 2 * (rows[i] ?? 0) + (rows[i + width] ?? 0)) >> 4
  }
  return { width, height, grey: out }
}

/** Twice as wide and high, in straight lines between pixels: for modules of two or three pixels. */
export function double({ width, height, grey }: GreyPicture): GreyPicture {
  const out = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y += 1) {
    const below = y + 1 < height ? width : 0
    for (let x = 0; x < width; x += 1) {
      const i = y * width + x
      const right = x + 1 < width ? 1 : 0
      const [a, b] = [grey[i] ?? 0, grey[i + right] ?? 0]
      const [c, d] = [grey[i + below] ?? 0, grey[i + below + right] ?? 0]
      const at = y * width * 4 + x * 2
      out[at] = a
      out[at + 1] = (a + b) >> 1
      out[at + width * 2] = (a + c) >> 1
      out[at + width * 2 + 1] = (a + b + c + d) >> 2
    }
  }
  return { width: width * 2, height: height * 2, grey: out }
}

/** Half as wide and high, each pixel the mean of four: against strong noise on large modules. */
export function half({ width, height, grey }: GreyPicture): GreyPicture {
  const [w, h] = [width >> 1, height >> 1]
  const out = new Uint8ClampedArray(w * h)
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const i = y * 2 * width + x * 2
      const sum = (grey[i] ?? 0) + (grey[i + 1] ?? 0) + (grey[i + width] ?? 0) + (grey[i + width + 1] ?? 0)
      out[y * w + x] = sum >> 2
    }
  }
  return { width: w, height: h, grey: out }
}
