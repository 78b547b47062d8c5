/** Contrast as WCAG 2.2 reckons it (relative luminance, SC 1.4.3). */

/** @param hex `#rrggbb` */
export function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** @returns from 1 to 21 */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** @param css the text of tokens.css @returns the colours by the names of their tokens */
export const coloursOf = (css: string): Record<string, string> =>
  Object.fromEntries(
    [...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\s*;/gi)].map(([, name = '', hex = '']) => [name, hex]),
  )

/** What is written on what, and what must be told apart from what; the least that WCAG asks for. */
export const pairs: readonly (readonly [front: string, ground: string, least: 4.5 | 3])[] = [
  ...['paper', 'paper-deep', 'sheet', 'off'].flatMap((ground) => [
    ['ink', ground, 4.5] as const,
    ['soft', ground, 4.5] as const,
  ]),
  ...['paper', 'sheet'].flatMap((ground) => [
    ['brand', ground, 4.5] as const,
    ['good', ground, 4.5] as const,
    ['warn', ground, 4.5] as const,
    ['bad', ground, 4.5] as const,
    ['edge', ground, 3] as const,
    ['focus', ground, 3] as const,
  ]),
  ['on-brand', 'brand', 4.5],
  ['on-brand', 'brand-deep', 4.5],
  ['brand', 'brand-tint', 4.5],
  ['ink', 'brand-tint', 4.5],
  ['good', 'good-tint', 4.5],
  ['warn', 'warn-tint', 4.5],
  ['bad', 'bad-tint', 4.5],
  ['ink', 'good-tint', 4.5],
  ['ink', 'warn-tint', 4.5],
  ['ink', 'bad-tint', 4.5],
  ['soft', 'brand-tint', 4.5],
]
