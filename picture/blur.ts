/**
 * How blurred a picture is, without another one to compare it with: what is sharp loses much of its differences between
 * neighbours when it is blurred once more, what is blurred already loses little (Crete, Dolmiere, Ladret and Nicolas,
 * "The blur effect", SPIE 6492, 2007). It does not depend on the light. Noise makes a picture look sharper than it is.
 */
import type { GreyPicture } from './grey-picture.ts'

/** pixels that the second blur goes over */
const reach = 9

/** @returns 0 = sharp, 1 = nothing but blur; the worse of the two directions */
export function blurOf(picture: GreyPicture): number {
  return Math.max(along(picture, 1, picture.width), along(picture, picture.width, picture.height))
}

function along({ grey }: GreyPicture, step: number, length: number): number {
  const lines = grey.length / length
  let [before, lost] = [0, 0]
  for (let line = 0; line < lines; line += 1) {
    const from = step === 1 ? line * length : line
    const at = (i: number) => grey[from + Math.min(length - 1, Math.max(0, i)) * step] ?? 0
    let sum = 0
    for (let i = -((reach - 1) / 2); i <= (reach - 1) / 2; i += 1) sum += at(i)
    for (let i = 1; i < length; i += 1) {
      const next = sum + at(i + (reach - 1) / 2) - at(i - (reach + 1) / 2)
      const difference = Math.abs(at(i) - at(i - 1))
      before += difference
      lost += Math.max(0, difference - Math.abs(next - sum) / reach)
      sum = next
    }
  }
  return before === 0 ? 1 : 1 - lost / before
}
