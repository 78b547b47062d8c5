/** How much light is in a picture. */
import type { GreyPicture } from './grey-picture.ts'

export interface Light {
  /** 0 to 255 */
  mean: number
  /** between the darkest and the lightest twentieth, levels of 255 */
  range: number
  /** the part of the pixels in which everything is white */
  white: number
}

const whiteFrom = 251

export function lightOf({ grey }: GreyPicture): Light {
  const counts = new Uint32Array(256)
  let sum = 0
  for (const level of grey) {
    counts[level] = (counts[level] ?? 0) + 1
    sum += level
  }
  const levelAt = (share: number) => {
    let left = grey.length * share
    return counts.findIndex((count) => (left -= count) < 0)
  }
  let white = 0
  for (let level = whiteFrom; level < 256; level += 1) white += counts[level] ?? 0
  return { mean: sum / grey.length, range: levelAt(0.95) - levelAt(0.05), white: white / grey.length }
}
