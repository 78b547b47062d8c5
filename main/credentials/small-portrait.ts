/** The portrait that a credential carries: small enough for a code on a phone's screen, and still a face. */
import { jpegSize } from '../enrolment/portrait-check.ts'

export const smallPortrait = { width: 96, height: 120, mostBytes: 2_048 } as const

/** Of a portrait as it was enrolled; larger ones are no portraits, and would only fill the memory. */
const mostPixels = 36_000_000
/** WebP quality, best first: the first that is small enough is taken. */
const qualities = [80, 70, 60, 50, 40, 30, 20, 10]

/**
 * @param jpeg as it was enrolled; untrusted
 * @returns WebP of 96×120, base64url; undefined where the bytes are no picture, or one that cannot be made so small
 */
export async function makeSmallPortrait(jpeg: Uint8Array): Promise<string | undefined> {
  const size = jpegSize(jpeg)
  if (!size || size.width * size.height > mostPixels) return undefined
  // Loaded only where there is a portrait, as elsewhere.
  const { createCanvas, loadImage } = await import('@napi-rs/canvas')
  const picture = await loadImage(jpeg).catch(() => undefined)
  if (!picture || picture.width === 0 || picture.height === 0) return undefined
  const canvas = createCanvas(smallPortrait.width, smallPortrait.height)
  canvas.getContext('2d').drawImage(picture, ...middleOf(picture), 0, 0, canvas.width, canvas.height)
  for (const quality of qualities) {
    const webp = await canvas.encode('webp', quality)
    if (webp.length <= smallPortrait.mostBytes) return webp.toString('base64url')
  }
  return undefined
}

/** The largest part of 4:5 around the middle; of a tall picture a little higher, where the face is. */
function middleOf({ width, height }: { width: number; height: number }) {
  const [partWidth, partHeight] = [Math.min(width, height * 0.8), Math.min(height, width * 1.25)]
  return [(width - partWidth) / 2, (height - partHeight) / 3, partWidth, partHeight] as const
}
