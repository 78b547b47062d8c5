/** A part of a picture, in another size: each new pixel is the mean of those that it stands for. */
import type { GreyPicture } from './grey-picture.ts'

export interface Region {
  left: number
  top: number
  width: number
  height: number
}

/** @param region pixels; what of it lies outside the picture is left out @param width of the result, pixels */
export function cutOut(picture: GreyPicture, region: Region, width: number): GreyPicture {
  const [left, top] = [Math.max(0, region.left), Math.max(0, region.top)]
  const across = Math.max(1, Math.min(picture.width, region.left + region.width) - left)
  const down = Math.max(1, Math.min(picture.height, region.top + region.height) - top)
  const height = Math.max(1, Math.round((width * down) / across))
  const grey = new Uint8ClampedArray(width * height)
  for (let y = 0; y < height; y += 1) {
    const [fromY, toY] = span(top, down / height, y)
    for (let x = 0; x < width; x += 1) {
      const [fromX, toX] = span(left, across / width, x)
      let sum = 0
      for (let sy = fromY; sy < toY; sy += 1) {
        for (let sx = fromX; sx < toX; sx += 1) sum += picture.grey[sy * picture.width + sx] ?? 0
      }
      grey[y * width + x] = sum / ((toY - fromY) * (toX - fromX))
    }
  }
  return { width, height, grey }
}

/** the old pixels that a new one stands for, at least one */
function span(start: number, each: number, index: number): [from: number, to: number] {
  const from = Math.floor(start + index * each)
  return [from, Math.max(from + 1, Math.floor(start + (index + 1) * each))]
}
