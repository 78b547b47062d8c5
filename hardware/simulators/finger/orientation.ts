/**
 * Which way the ridges of a made-up finger run: the zero-pole model of Sherlock and Monro. Around a core the direction
 * turns by half a turn one way, around a delta by half a turn the other way.
 */
import type { Random } from './random.ts'

export interface Size {
  width: number
  height: number
}

const patterns = ['right-loop', 'left-loop', 'whorl'] as const

/** @returns the ridge direction at each pixel, as one of `steps` parts of half a turn */
export function orientationField({ width, height }: Size, steps: number, random: Random): Uint8Array {
  const pattern = patterns[Math.floor(random() * patterns.length)] ?? 'whorl'
  const about = (value: number, spread: number) => value + (random() - 0.5) * spread
  const [x, y] = [about(width / 2, 44), about(height * 0.43, 60)]
  const cores: [number, number][] =
    pattern === 'whorl'
      ? [
          [x, y - about(14, 8)],
          [about(x, 8), y + about(24, 16)],
        ]
      : [[x, y]]
  const side = pattern === 'left-loop' ? -1 : 1
  const deltas: [number, number][] =
    pattern === 'whorl'
      ? [
          [x - about(88, 24), y + about(106, 30)],
          [x + about(88, 24), y + about(106, 30)],
        ]
      : [[x + side * about(72, 24), y + about(110, 40)]]
  const turned = pattern === 'whorl' ? 0 : Math.PI / 2
  // No two hands bend their ridges alike: a few long waves on top of the pattern.
  const waves = Array.from({ length: 4 }, () => {
    const [way, length] = [random() * Math.PI, 90 + random() * 160]
    const scale = (2 * Math.PI) / length
    return { u: Math.cos(way) * scale, v: Math.sin(way) * scale, at: random() * 6, by: 0.1 + random() * 0.18 }
  })
  const field = new Uint8Array(width * height)
  for (let at = 0; at < field.length; at += 1) {
    const [px, py] = [at % width, Math.floor(at / width)]
    let angle = 0
    for (const [cx, cy] of cores) angle += Math.atan2(py - cy, px - cx)
    for (const [dx, dy] of deltas) angle -= Math.atan2(py - dy, px - dx)
    let bend = turned
    for (const { u, v, at: phase, by } of waves) bend += by * Math.sin(u * px + v * py + phase)
    const half = (((angle / 2 + bend) % Math.PI) + Math.PI) % Math.PI
    field[at] = Math.round((half / Math.PI) * steps) % steps
  }
  return field
}
