/** One frame after the other is looked at in another way: as it is, calmed, turned one way and the other. */
import { greyOf, rgbaOf, smooth, type RgbaPicture } from '../../../picture/grey-picture.ts'

/** degrees by which the picture is turned before the guide is cut out of it; somebody holds it by hand */
const turns = [0, 0, 2.5, -2.5] as const

export const turnOf = (frame: number): number => turns[frame % turns.length] ?? 0

/** @returns the picture as the text reader gets it in this frame */
export const preparedFor = (frame: number, picture: RgbaPicture): RgbaPicture =>
  frame % turns.length === 1 ? rgbaOf(smooth(greyOf(picture))) : picture

/** Two frames must say the same: one alone is now and then wrong although its check digits agree. */
export function createAgreement<T>(): (found: T) => boolean {
  const seen = new Set<string>()
  return (found) => {
    const text = JSON.stringify(found)
    if (seen.has(text)) return true
    seen.add(text)
    return false
  }
}
