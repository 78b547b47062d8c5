/** Numbers in the digits of a language. */
import { tibetanDigits } from './dzongkha-date.ts'
import { devanagariDigits } from './nepali-date.ts'

/** Made when the first number is said: it costs the first screen of a slow machine. */
let english: Intl.NumberFormat | undefined

/** @param value a number, or what is already written out and stays so @param locale `en`, `dz` or `ne` */
export function numberIn(value: unknown, locale: string): string {
  if (typeof value !== 'number') return String(value)
  if (locale === 'dz') return tibetanDigits(String(value))
  english ??= new Intl.NumberFormat('en-GB')
  const grouped = english.format(value)
  return locale === 'ne' ? devanagariDigits(grouped) : grouped
}
