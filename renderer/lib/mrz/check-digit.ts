/** Check digits of the machine readable zone: weights 7, 3, 1, modulo 10 (ICAO 9303-3 §4.9). The screen's own. */

const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const weights = [7, 3, 1] as const

/** @param text digits, capital letters and "<", which counts nothing @returns one digit */
export function checkDigit(text: string): string {
  let sum = 0
  for (const [at, sign] of [...text].entries())
    sum += Math.max(0, signs.indexOf(sign)) * (weights[at % 3] ?? 0)
  return String(sum % 10)
}
