/** JPEG pictures from drawn ones. */
import { encode } from 'jpeg-js'
import { drawFace } from './face.ts'
import type { Picture } from './picture.ts'

/** The small portrait on an office card: 3:4, about 10 kB. @param seed who */
export function drawPortraitJpeg(seed: number): Uint8Array {
  return toJpeg(drawFace(240, 320, seed), 72)
}

/** @param quality 1 to 100 */
export function toJpeg({ width, height, rgb }: Picture, quality: number): Uint8Array {
  const data = new Uint8Array(width * height * 4)
  for (let i = 0; i < width * height; i += 1) {
    data[i * 4] = rgb[i * 3] ?? 0
    data[i * 4 + 1] = rgb[i * 3 + 1] ?? 0
    data[i * 4 + 2] = rgb[i * 3 + 2] ?? 0
    data[i * 4 + 3] = 255
  }
  return new Uint8Array(encode({ width, height, data }, quality).data)
}
