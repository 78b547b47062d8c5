/** What a lens, a sensor and their driver do to a picture, one step after the other. Grey, since a code has no colour. */
import type { GreyPicture, RgbaPicture } from '../../picture/grey-picture.ts'

type Place = readonly [x: number, y: number]

/** About the middle, clockwise. @returns where a pixel comes from */
export function turned({ width, height }: { width: number; height: number }, degrees: number) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return (x: number, y: number): Place => {
    const [dx, dy] = [x - width / 2, y - height / 2]
    return [dx * cos + dy * sin + width / 2, dy * cos - dx * sin + height / 2]
  }
}

/** Each pixel from where `from` says, in straight lines between the four that lie there; grey from outside. */
export function moved(
  { width, height, grey }: GreyPicture,
  from: (x: number, y: number) => Place,
): GreyPicture {
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 128 : (grey[y * width + x] ?? 128)
  const out = new Uint8ClampedArray(grey.length)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [fx, fy] = from(x, y)
      const [left, top] = [Math.floor(fx), Math.floor(fy)]
      const [right, below] = [fx - left, fy - top]
      out[y * width + x] =
        (at(left, top) * (1 - right) + at(left + 1, top) * right) * (1 - below) +
        (at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right) * below
    }
  }
  return { width, height, grey: out }
}

const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

interface Film {
  gain: number
  /** sigma, levels of 219 in brightness and of 224 in colour */
  noise: number
  random: () => number
}

/** As a camera delivers it: brightness in limited range and colour at half the size (ITU-R BT.601), each with noise. */
export function filmed({ width, height, grey }: GreyPicture, { gain, noise, random }: Film): RgbaPicture {
  const grain = () => (noise > 0 ? noise * normal(random) : 0)
  const byte = (level: number) => Math.min(255, Math.max(0, Math.round(level)))
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  const half = Math.ceil(width / 2)
  const colour = () =>
    Float32Array.from({ length: half * Math.ceil(height / 2) }, () => byte(128 + grain()) - 128)
  const [blues, reds] = [colour(), colour()]
  for (let i = 0; i < grey.length; i += 1) {
    const cell = (Math.floor(i / width) >> 1) * half + ((i % width) >> 1)
    const [blue, red] = [blues[cell] ?? 0, reds[cell] ?? 0]
    const bright = (byte(16 + (((grey[i] ?? 0) * 219) / 255) * gain + grain()) - 16) * 1.164
    data[i * 4] = bright + 1.596 * red
    data[i * 4 + 1] = bright - 0.392 * blue - 0.813 * red
    data[i * 4 + 2] = bright + 2.017 * blue
  }
  return { width, height, data }
}

/** From the trapezoid in the picture back to the flat paper: the inverse of the map from a square to four corners. */
export function sideways({ width, height }: { width: number; height: number }, index: number) {
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

/** Out of focus: Gaussian, sigma in pixels. */
export function blurred(picture: GreyPicture, sigma: number): GreyPicture {
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
