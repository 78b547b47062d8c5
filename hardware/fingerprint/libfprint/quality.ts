/**
 * How good a picture of a finger is: our own estimate from what can be measured in it, from 0 to 100. It is not NFIQ 2
 * and says nothing that could be compared with it (docs/fingerprints.md).
 */
import type { FingerHint, FingerQuality } from '../../ports.ts'
import { measureBlocks, type BlockMeasures, type GreyPicture } from './block-measures.ts'

/** Each from 0 (bad) to 1 (good enough). */
export interface QualityParts {
  /** part of the picture that a finger covers */
  area: number
  /** light and dark of ridges and valleys */
  contrast: number
  /** how clearly the ridges of a place run one way */
  flow: number
  /** enough minutiae, and not so many that they are noise */
  minutiae: number
  /** ridges and valleys about equally wide: neither dry nor wet */
  balance: number
  /** edges as steep as their contrast lets expect */
  sharpness: number
}

const ramp = (value: number, from: number, to: number) =>
  Math.max(0, Math.min(1, (value - from) / (to - from)))

const faint = 0.3
/** Below this much of a square centimetre of skin, nothing can be said. */
const leastAreaCm2 = 0.15
const fullAreaCm2 = 1

/** @returns the parts of the estimate; undefined where there is no finger in the picture */
export function measureQuality(picture: GreyPicture, minutiae: number): QualityParts | undefined {
  const measures = measureBlocks(picture)
  const pixelsPerCm = picture.dpi / 2.54
  const areaCm2 = measures.covered / pixelsPerCm ** 2
  if (areaCm2 < leastAreaCm2 || measures.flow < 0.08) return undefined
  const contrast = ramp(measures.contrast, 12, 50)
  return {
    area: ramp(areaCm2, leastAreaCm2, fullAreaCm2),
    contrast,
    flow: ramp(measures.flow, 0.3, 0.8),
    minutiae: Math.min(ramp(minutiae, 4, 25), 1 - ramp(minutiae / areaCm2, 60, 140)),
    // Where everything is grey, ridges cannot be told from valleys.
    balance: contrast < faint ? 1 : 1 - ramp(Math.abs(measures.dark - 0.5), 0.06, 0.26),
    sharpness: ramp(measures.sharpness, 0.1, 0.3),
  }
}

/** @returns the estimate of one picture and what the person can do better */
export function judgeImage(image: GreyPicture & { minutiae: number }): FingerQuality {
  const parts = measureQuality(image, image.minutiae)
  if (!parts) return { score: 0, hints: ['finger.none-seen'] }
  // A chain: one bad link makes the picture bad, however good the others are.
  const { area, contrast, flow, minutiae, balance, sharpness } = parts
  const weights: [number, number][] = [
    [area, 2],
    [contrast, 1],
    [flow, 2],
    [minutiae, 1],
    [balance, 1],
    [sharpness, 1],
  ]
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  const mean =
    weights.reduce((sum, [part, weight]) => sum + weight * Math.log(Math.max(part, 0.02)), 0) / total
  return { score: Math.round(100 * Math.exp(mean)), hints: hintsOf(parts, measureBlocks(image)) }
}

const poor = 0.6

function hintsOf(parts: QualityParts, { dark }: BlockMeasures): FingerHint[] {
  const hints: [FingerHint, number][] = [
    ['finger.off-centre', parts.area],
    [dark > 0.5 ? 'finger.too-wet' : 'finger.too-dry', parts.balance],
    ['finger.unclear', Math.min(parts.contrast, parts.flow, parts.sharpness)],
  ]
  const wanted = hints.filter(([, part]) => part < poor).toSorted(([, one], [, other]) => one - other)
  return [...new Set(wanted.map(([hint]) => hint))]
}
