/** Check digits of the machine readable zone: weights 7, 3, 1, modulo 10 (ICAO 9303-3 §4.9). */

const weights = [7, 3, 1] as const

/** @param text digits, capital letters and "<" @returns one digit */
export function checkDigit(text: string): string {
  let sum = 0
  for (let at = 0; at < text.length; at += 1) sum += valueOf(text.charCodeAt(at)) * (weights[at % 3] ?? 0)
  return String(sum % 10)
}

function valueOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x5a) return code - 0x41 + 10
  return 0
}
