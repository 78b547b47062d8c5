/** One press of a finger on the glass: never twice the same place, turn, pressure and skin. */
import type { MasterFinger } from './master-finger.ts'
import { seeded, type Random } from './random.ts'

export const qualities = ['good', 'noisy', 'dry', 'wet', 'blurred', 'off-centre', 'blank'] as const
export type Quality = (typeof qualities)[number]

/** How a press differs from a perfect one. Lengths in pixels, angle in radians. */
interface Press {
  dx: number
  dy: number
  turn: number
  /** how far the skin is pulled out of shape */
  pull: number
  /** above 0 the valleys fill, below 0 the ridges break up */
  pressure: number
  noise: number
  /** speckles along dry ridges, 0 to 1 */
  gaps: number
  contrast: number
  blur: number
  /** half axes of the print, as parts of the picture */
  wide: number
  high: number
}

function pressOf(quality: Quality, random: Random): Press {
  const about = (spread: number) => (random() - 0.5) * 2 * spread
  const usual: Press = {
    dx: about(12),
    dy: about(14),
    turn: about(0.17),
    pull: 1 + random() * 2,
    pressure: about(0.2),
    noise: 0.12 + random() * 0.1,
    gaps: 0,
    contrast: 100,
    blur: 0,
    wide: 0.43 + about(0.025),
    high: 0.44 + about(0.025),
  }
  switch (quality) {
    case 'good':
    case 'blank':
      return usual
    case 'noisy':
      return { ...usual, noise: 1.15, contrast: 80 }
    case 'dry':
      return { ...usual, pressure: -0.75, gaps: 0.4, contrast: 70, noise: 0.3 }
    case 'wet':
      return { ...usual, pressure: 1.05, contrast: 95 }
    case 'blurred':
      return { ...usual, blur: 4 }
    case 'off-centre':
      return { ...usual, dx: usual.dx + 110, dy: usual.dy + 90 }
  }
}

/**
 * @param impression tells one press from another
 * @returns one grey byte a pixel, as large as the finger; ridges dark, glass white
 */
export function press(finger: MasterFinger, impression: number, quality: Quality): Uint8Array {
  const random = seeded(impression * 2_654_435 + qualities.indexOf(quality) + 3)
  const { width, height, ridges } = finger
  if (quality === 'blank') return Uint8Array.from({ length: width * height }, () => 236 + random() * 6)
  const how = pressOf(quality, random)
  const phase = random() * 6
  const wobble = [random() * 6, random() * 6] as const
  const [cos, sin] = [Math.cos(how.turn), Math.sin(how.turn)]
  const grey = new Uint8Array(width * height).fill(250)
  for (let at = 0; at < grey.length; at += 1) {
    const x = (at % width) - width / 2
    const y = Math.floor(at / width) - height / 2
    const [fx, fy] = [x - how.dx, y - how.dy]
    const touch = contact(fx / (width * how.wide), fy / (height * how.high), wobble)
    if (touch <= 0) continue
    const u = cos * fx + sin * fy + how.pull * Math.sin(fy / 45 + phase)
    const v = -sin * fx + cos * fy + how.pull * Math.cos(fx / 40 + phase)
    const ridge = sample(ridges, width, height, u + width / 2, v + height / 2)
    const grain = (random() + random() + random() - 1.5) * how.noise * 2
    const gap = random() < how.gaps ? -0.9 : 0
    const skin = Math.max(0, Math.min(250, 128 - (ridge + how.pressure + grain + gap) * how.contrast))
    grey[at] = 250 - (250 - skin) * touch
  }
  return how.blur > 0 ? blurred(grey, width, how.blur) : grey
}

/**
 * The pad of a finger is round and soft: at its border it touches less and less, and the border is never twice the same.
 * @returns how much the skin touches there, 0 to 1
 */
function contact(x: number, y: number, [first, second]: readonly [number, number]): number {
  const angle = Math.atan2(y, x)
  const border = 1 + 0.05 * Math.sin(3 * angle + first) + 0.04 * Math.sin(5 * angle + second)
  return Math.max(0, Math.min(1, (border - Math.hypot(x, y)) / 0.16))
}

function sample(ridges: Float32Array, width: number, height: number, x: number, y: number): number {
  if (x < 9 || y < 9 || x >= width - 10 || y >= height - 10) return -0.8
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [a, b] = [x - left, y - top]
  const at = top * width + left
  const value = (index: number) => ridges[index] ?? 0
  const upper = value(at) * (1 - a) + value(at + 1) * a
  const lower = value(at + width) * (1 - a) + value(at + width + 1) * a
  return upper * (1 - b) + lower * b
}

/** The mean along rows and then along columns, as a finger does that moves. */
function blurred(grey: Uint8Array, width: number, reach: number): Uint8Array {
  const along = (from: Uint8Array, step: number) =>
    from.map((_, at) => {
      let sum = 0
      for (let near = -reach; near <= reach; near += 1) sum += from[at + near * step] ?? 250
      return sum / (2 * reach + 1)
    })
  return along(along(grey, 1), width)
}
