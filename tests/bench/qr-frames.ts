/** Frames of a code as a poor camera sees it: the same ones for the same seed. */
import { decode, encode } from 'jpeg-js'
import { create } from 'qrcode'
import type { GreyPicture, RgbaPicture } from '../../picture/grey-picture.ts'
import { blurred, filmed, moved, sideways, turned } from './through-a-lens.ts'

export interface Condition {
  /** the code's part of the picture's height, quiet zone with it */
  scale?: number
  /** degrees */
  rotate?: number
  perspective?: boolean
  /** Gaussian, sigma in pixels */
  blur?: number
  /** what is left of the light */
  gain?: number
  /** sigma, levels of limited range */
  noise?: number
  /** 1 to 100 */
  jpeg?: number
}

/** A video filter's noise of strength n has a sigma of n/√3. */
const strength = (n: number) => n / Math.sqrt(3)

export const conditions: Readonly<Record<string, Condition>> = {
  clean: {},
  jpeg: { jpeg: 50 },
  blur1: { blur: 1 },
  blur2: { blur: 2 },
  noise40: { noise: strength(40) },
  noise80: { noise: strength(80) },
  rot15: { rotate: 15, scale: 0.8 },
  rot45: { rotate: 45, scale: 0.68 },
  lowlight: { gain: 0.18, noise: strength(12) },
  persp: { perspective: true },
  small60: { scale: 0.6 },
  small40: { scale: 0.4 },
  combo: { rotate: 8, perspective: true, scale: 0.8, blur: 0.8, gain: 0.5, noise: strength(25), jpeg: 55 },
}

/** mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** @param bytes how long @returns text that needs the byte mode */
export function payload(bytes: number): string {
  const random = seeded(bytes)
  return Array.from({ length: bytes }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
}

/**
 * One frame, made in the same steps as a picture of a real screen: the code in its size, turned, seen from the side, out of
 * focus, in weak light, with noise in brightness and colour, and packed as JPEG. Each step reads the pixels of the one
 * before, as a camera and its driver do, so that each costs some sharpness.
 * @param index which frame of the clip: hand and noise differ in each
 */
export function drawFrame(
  text: string,
  size: { width: number; height: number },
  condition: Condition,
  index: number,
): RgbaPicture {
  const { rotate, perspective, blur: sigma = 0, gain = 1, noise = 0, jpeg } = condition
  const random = seeded(index * 7_919 + text.length)
  let picture = draw(text, size, condition, index)
  if (rotate !== undefined) picture = moved(picture, turned(size, rotate + 2 * Math.sin(index)))
  if (perspective) picture = moved(picture, sideways(size, index))
  const rgba = filmed(blurred(picture, sigma), { gain, noise, random })
  if (jpeg === undefined) return rgba
  const coded = encode({ ...size, data: Buffer.from(rgba.data) }, jpeg)
  const { data } = decode(coded.data, { useTArray: true })
  return { ...size, data: Uint8ClampedArray.from(data) }
}

/** The code upright on grey; a pixel that several modules share is their mean. */
function draw(
  text: string,
  { width, height }: { width: number; height: number },
  { scale = 0.92 }: Condition,
  index: number,
): GreyPicture {
  // As the screens write it: what has capitals and digits only is packed closer.
  const isClose = /^[0-9A-Z $%*+\-./:]*$/.test(text)
  const { modules } = create(isClose ? text : [{ data: Buffer.from(text), mode: 'byte' }], {
    errorCorrectionLevel: text.length > (isClose ? 900 : 1_000) ? 'L' : 'M',
  })
  const side = modules.size + 8
  const pixels = Math.round(height * scale)
  const [left, top] = [
    Math.round((width - pixels) / 2 + 6 * Math.sin(index * 1.3)),
    Math.round((height - pixels) / 2 + 4 * Math.cos(index * 1.7)),
  ]
  const dark = (column: number, row: number) =>
    column >= 4 && row >= 4 && column < side - 4 && row < side - 4 && modules.get(row - 4, column - 4) ? 1 : 0
  /** the modules that a pixel covers, and how much of each */
  const cover = Array.from({ length: pixels }, (_, at) => {
    const [from, to] = [(at * side) / pixels, ((at + 1) * side) / pixels]
    return Array.from({ length: Math.ceil(to - 1e-9) - Math.floor(from) }, (__, i) => {
      const module = Math.floor(from) + i
      return { module, part: (Math.min(to, module + 1) - Math.max(from, module)) / (to - from) }
    })
  })
  const grey = new Uint8ClampedArray(width * height).fill(128)
  cover.forEach((rows, y) => {
    cover.forEach((columns, x) => {
      let black = 0
      for (const row of rows) {
        for (const column of columns) black += dark(column.module, row.module) * row.part * column.part
      }
      if (left + x >= 0 && left + x < width && top + y >= 0 && top + y < height)
        grey[(top + y) * width + left + x] = 255 * (1 - black)
    })
  })
  return { width, height, grey }
}
