/** What a camera makes of a scene: too little or too much light, out of focus. */
import type { Picture } from './picture.ts'

/** @param taken light: 1 = as it should be; blur: sigma in pixels @returns another picture */
export function takePicture(
  { width, height, rgb }: Picture,
  taken: { light: number; blur: number },
): Picture {
  const lit = taken.light === 1 ? rgb : rgb.map((level) => level * taken.light)
  if (taken.blur === 0) return { width, height, rgb: lit }
  // Three means over a window come close to a Gaussian; the window's width follows from sigma.
  const reach = Math.max(1, Math.round((Math.sqrt(4 * taken.blur ** 2 + 1) - 1) / 2))
  let blurred = lit
  for (let pass = 0; pass < 3; pass += 1) {
    blurred = mean(blurred, { step: 3, length: width, reach })
    blurred = mean(blurred, { step: 3 * width, length: height, reach })
  }
  return { width, height, rgb: blurred }
}

/** Along rows (step 3) or columns: each value the mean of its neighbours; the edge repeats. */
function mean(
  from: Uint8ClampedArray,
  { step, length, reach }: { step: number; length: number; reach: number },
): Uint8ClampedArray {
  const out = new Uint8ClampedArray(from.length)
  const lines = from.length / 3 / length
  for (let line = 0; line < lines; line += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const start = (step === 3 ? line * length * 3 : line * 3) + channel
      const at = (i: number) => from[start + Math.min(length - 1, Math.max(0, i)) * step] ?? 0
      let sum = 0
      for (let i = -reach; i <= reach; i += 1) sum += at(i)
      for (let i = 0; i < length; i += 1) {
        out[start + i * step] = sum / (2 * reach + 1)
        sum += at(i + reach + 1) - at(i - reach)
      }
    }
  }
  return out
}
