/**
 * What is to be changed before a portrait is good: one face, large enough, in the middle, upright, lit and sharp. The
 * page asks it of the live picture, the host again of the picture that it is to keep. The limits and how they were
 * found are in docs/camera.md.
 */
import { blurOf } from './blur.ts'
import { cutOut } from './cut-out.ts'
import type { Face } from './find-faces.ts'
import { greyOf, smooth, type GreyPicture, type RgbaPicture } from './grey-picture.ts'
import { lightOf } from './light.ts'

export const portraitFindings = [
  'portrait.too-dark',
  'portrait.too-bright',
  'portrait.no-face',
  'portrait.several-faces',
  'portrait.too-far',
  'portrait.too-close',
  'portrait.off-centre',
  'portrait.not-straight',
  'portrait.uneven-light',
  'portrait.blurred',
] as const
export type PortraitFinding = (typeof portraitFindings)[number]

/** Parts of the upright picture unless said otherwise. */
const limits = {
  /** levels of 255; a dark skin in good light is about 70. Those of the picture hold where no face was found in it. */
  darkPicture: 32,
  darkFace: 42,
  brightPicture: 235,
  brightFace: 212,
  whiteFace: 0.2,
  /** between the lightest and the darkest of the face: less is fog or a veil */
  flatFace: 24,
  /** how many times as light one half of the face may be as the other */
  uneven: 1.8,
  narrowest: 0.36,
  widest: 0.68,
  besideMiddle: 0.1,
  highest: 0.36,
  lowest: 0.6,
  /** of the line through the eyes, degrees */
  tilt: 10,
  /** how far the nose is beside the middle of the eyes, in distances of the eyes */
  turn: 0.3,
  /** 0 = sharp, 1 = nothing but blur */
  blur: 0.71,
} as const
/** The face is measured at this width, whatever the camera's: thus the figures mean the same everywhere. */
const measuredWidth = 160

/**
 * @param picture upright, three to four
 * @param faces in it
 * @returns what matters most, or undefined when nothing is to be changed
 */
export function judgePortrait(picture: RgbaPicture, faces: readonly Face[]): PortraitFinding | undefined {
  const grey = greyOf(picture)
  const [face, ...others] = faces
  if (!face) {
    const whole = lightOf(grey).mean
    if (whole < limits.darkPicture) return 'portrait.too-dark'
    return whole > limits.brightPicture ? 'portrait.too-bright' : 'portrait.no-face'
  }
  if (others.length > 0) return 'portrait.several-faces'
  const placed = judgePlace(face, picture)
  if (placed) return placed
  const { width, height } = picture
  const region = {
    left: face.left * width,
    top: face.top * height,
    width: face.width * width,
    height: face.height * height,
  }
  const close = cutOut(grey, region, measuredWidth)
  const light = lightOf(close)
  if (light.mean < limits.darkFace) return 'portrait.too-dark'
  if (light.mean > limits.brightFace || light.white > limits.whiteFace) return 'portrait.too-bright'
  if (light.range < limits.flatFace) return 'portrait.uneven-light'
  const [one, other] = [halfOf(close, 0), halfOf(close, measuredWidth / 2)]
  if (Math.max(one, other) > limits.uneven * Math.max(1, Math.min(one, other))) return 'portrait.uneven-light'
  // A camera's noise would pass for sharpness.
  return blurOf(smooth(close)) > limits.blur ? 'portrait.blurred' : undefined
}

function judgePlace(face: Face, { width, height }: RgbaPicture): PortraitFinding | undefined {
  if (face.width < limits.narrowest) return 'portrait.too-far'
  if (face.width > limits.widest) return 'portrait.too-close'
  const [x, y] = [face.left + face.width / 2, face.top + face.height / 2]
  if (Math.abs(x - 0.5) > limits.besideMiddle || y < limits.highest || y > limits.lowest)
    return 'portrait.off-centre'
  const [one, other] = face.eyes
  const [across, down] = [(other.x - one.x) * width, (other.y - one.y) * height]
  const distance = Math.hypot(across, down)
  const tilt = (Math.abs(Math.atan2(down, Math.abs(across))) * 180) / Math.PI
  const beside = Math.abs(face.nose.x - (one.x + other.x) / 2) * width
  return tilt > limits.tilt || beside > limits.turn * distance ? 'portrait.not-straight' : undefined
}

/** @returns how light the half is that begins there */
function halfOf(close: GreyPicture, left: number): number {
  const width = measuredWidth / 2
  return lightOf(cutOut(close, { left, top: 0, width, height: close.height }, width)).mean
}
