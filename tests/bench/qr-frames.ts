/** Frames of a code as a poor camera sees it: the same ones for the same seed. Grey, since a code has no colour. */
import { decode, encode } from 'jpeg-js'
import { create } from 'qrcode'
import { rgbaOf, type GreyPicture, type RgbaPicture } from '../../picture/grey-picture.ts'

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
  /** sigma, levels of 255 */
  noise?: number
  /** 1 to 100 */
  jpeg?: number
}

/** A video filter's noise of strength n has a sigma of n/√3 in limited range; here the range is full. */
const strength = (n: number) => ((n / Math.sqrt(3)) * 255) / 219

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

/** @param index which frame of the clip: hand and noise differ in each */
export function drawFrame(
  text: string,
  size: { width: number; height: number },
  condition: Condition,
  index: number,
): RgbaPicture {
  const random = seeded(index * 7_919 + text.length)
  let picture = blur(draw(text, size, condition, index), condition.blur ?? 0)
  const { gain = 1, noise = 0, jpeg } = condition
  if (gain !== 1 || noise > 0) {
    picture = { ...picture, grey: picture.grey.map((level) => level * gain + noise * normal(random)) }
  }
  const rgba = rgbaOf(picture)
  if (jpeg === undefined) return rgba
  const coded = encode({ width: size.width, height: size.height, data: Buffer.from(rgba.data) }, jpeg)
  const { data } = decode(coded.data, { useTArray: true })
  return { ...size, data: Uint8ClampedArray.from(data) }
}

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

function draw(
  text: string,
  { width, height }: { width: number; height: number },
  { scale = 0.92, rotate, perspective }: Condition,
  index: number,
): GreyPicture {
  const { modules } = create([{ data: Buffer.from(text), mode: 'byte' }], {
    errorCorrectionLevel: text.length > 1_000 ? 'L' : 'M',
  })
  const side = modules.size + 8
  const pixels = (height * scale) / side
  const angle = rotate === undefined ? 0 : ((rotate + 2 * Math.sin(index)) * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [left, top] = [6 * Math.sin(index * 1.3), 4 * Math.cos(index * 1.7)]
  const flat = perspective ? flatten(width, height, index) : (x: number, y: number) => [x, y] as const
  const levelAt = (x: number, y: number) => {
    const [fx, fy] = flat(x, y)
    const [dx, dy] = [fx - width / 2, fy - height / 2]
    const column = Math.floor((dx * cos + dy * sin - left) / pixels + side / 2)
    const row = Math.floor((dy * cos - dx * sin - top) / pixels + side / 2)
    if (column < 0 || row < 0 || column >= side || row >= side) return 128
    const [c, r] = [column - 4, row - 4]
    if (c < 0 || r < 0 || c >= modules.size || r >= modules.size) return 255
    return modules.get(r, c) ? 0 : 255
  }
  const grey = new Uint8ClampedArray(width * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [a, b, c, d] = [x + 0.25, x + 0.75, y + 0.25, y + 0.75]
      grey[y * width + x] = (levelAt(a, c) + levelAt(b, c) + levelAt(a, d) + levelAt(b, d)) / 4
    }
  }
  return { width, height, grey }
}

/** From the trapezoid in the picture back to the flat paper: the inverse of the map from a square to four corners. */
function flatten(width: number, height: number, index: number) {
  const [x0, y0] = [width * 0.1 + 3 * Math.sin(index), height * 0.06]
  const [x1, y1] = [width * 0.9, 0]
  const [x2, y2] = [width, height]
  const [x3, y3] = [0, height * 0.96 + 2 * Math.cos(index)]
  const [ex, ey] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const below = (x1 - x2) * (y3 - y2) - (x3 - x2) * (y1 - y2)
  const g = (ex * (y3 - y2) - (x3 - x2) * ey) / below
  const h = ((x1 - x2) * ey - ex * (y1 - y2)) / below
  const [a, b, c] = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0]
  const [d, e, f] = [y1 - y0 + g * y1, y3 - y0 + h * y3, y0]
  return (x: number, y: number) => {
    const w = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d)
    const u = ((e - f * h) * x + (c * h - b) * y + (b * f - c * e)) / w
    const v = ((f * g - d) * x + (a - c * g) * y + (c * d - a * f)) / w
    return [u * width, v * height] as const
  }
}

function blur(picture: GreyPicture, sigma: number): GreyPicture {
  if (sigma === 0) return picture
  const reach = Math.ceil(sigma * 3)
  const weights = Array.from({ length: reach * 2 + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const { width, height, grey } = picture
  const along = (from: ArrayLike<number>, step: number, at: (i: number) => number, length: number) =>
    Float32Array.from({ length: grey.length }, (_, i) => {
      const here = at(i)
      let sum = 0
      for (let k = -reach; k <= reach; k += 1) {
        const there = Math.min(length - 1, Math.max(0, here + k))
        sum += (from[i + (there - here) * step] ?? 0) * (weights[k + reach] ?? 0)
      }
      return sum / total
    })
  const rows = along(grey, 1, (i) => i % width, width)
  return {
    width,
    height,
    grey: Uint8ClampedArray.from(along(rows, width, (i) => Math.floor(i / width), height)),
  }
}
