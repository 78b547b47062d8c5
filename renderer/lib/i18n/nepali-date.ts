/**
 * Numbers and dates in Nepali. Chromium carries no data for `ne` either: left to itself it writes them as in the United
 * States. The patterns and names are those of the Unicode CLDR.
 */
const months = [
  'जनवरी',
  'फेब्रुअरी',
  'मार्च',
  'अप्रिल',
  'मे',
  'जुन',
  'जुलाई',
  'अगस्ट',
  'सेप्टेम्बर',
  'अक्टोबर',
  'नोभेम्बर',
  'डिसेम्बर',
]

/** @returns the text with each digit in Devanagari */
export const devanagariDigits = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(0x0966 + Number(digit)))

/** @param ms since 1970 @returns the day in the machine's time zone: `२०२६ नोभेम्बर २४` */
export function nepaliDate(ms: number): string {
  const at = new Date(ms)
  return devanagariDigits(`${at.getFullYear()} ${months[at.getMonth()] ?? ''} ${at.getDate()}`)
}

/** @param ms since 1970 @returns day, hour and minute of the 24-hour day */
export function nepaliDateTime(ms: number): string {
  const at = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${nepaliDate(ms)}, ${devanagariDigits(`${two(at.getHours())}:${two(at.getMinutes())}`)}`
}
