/**
 * Numbers and dates in Dzongkha. Chromium carries no data for `dz`: left to itself it writes them in English. The
 * patterns are those of the Unicode CLDR.
 */

/** @returns the text with each digit in Tibetan script */
export const tibetanDigits = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(0x0f20 + Number(digit)))

/** @param ms since 1970 @returns the day in the machine's time zone: `སྤྱི་ལོ་༢༠༢༦ ཟླ་༡༡ ཚེས་༢༤` */
export function dzongkhaDate(ms: number): string {
  const at = new Date(ms)
  return tibetanDigits(`སྤྱི་ལོ་${at.getFullYear()} ཟླ་${at.getMonth() + 1} ཚེས་${at.getDate()}`)
}

/** @param ms since 1970 @returns day, hour and minute of the 24-hour day */
export function dzongkhaDateTime(ms: number): string {
  const at = new Date(ms)
  const time = `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`
  return `${dzongkhaDate(ms)} ཆུ་ཚོད་${tibetanDigits(time)}`
}
