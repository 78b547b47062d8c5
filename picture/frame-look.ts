/** What a frame looks like where a code is held: its light, its sharpness, and a coarse picture to see whether anything changed. */
import { blurOf } from './blur.ts'
import { cutOut } from './cut-out.ts'
import { greyOf, type RgbaPicture } from './grey-picture.ts'
import { lightOf, type Light } from './light.ts'

export interface FrameLook extends Light {
  /** 0 = sharp, 1 = nothing but blur */
  blur: number
  /** 16 by 16 levels */
  coarse: readonly number[]
}

/** The square in the middle, as the frame on the screen shows it: part of the picture's height. */
const middle = 0.84
/** Blur is measured on pixels as they are, of a smaller square. */
const measured = 0.5

export function lookAt(picture: RgbaPicture): FrameLook {
  const grey = greyOf(picture)
  const square = (part: number) => {
    const side = Math.round(picture.height * part)
    return {
      left: Math.round((picture.width - side) / 2),
      top: Math.round((picture.height - side) / 2),
      width: side,
      height: side,
    }
  }
  const inner = square(measured)
  const small = cutOut(grey, square(middle), 160)
  const coarse = cutOut(small, { left: 0, top: 0, width: 160, height: 160 }, 16)
  return { ...lightOf(small), blur: blurOf(cutOut(grey, inner, inner.width)), coarse: [...coarse.grey] }
}
