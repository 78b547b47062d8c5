/** What of a passport's or an identity card's zone fills the form. */
import type { Mrz } from '../../hardware/card/travel-document/mrz.ts'

/**
 * @param today YYYY-MM-DD, for the century of the birth: nobody was born in the future. Of somebody over a hundred it is
 *   the wrong one; the officer sees the field.
 */
export function travelDocumentFields(mrz: Mrz, today: string): Record<string, string> {
  const born = dateOfBirth(mrz.dateOfBirth, today)
  return {
    fullName: [mrz.givenNames, mrz.surname].filter(Boolean).map(inWords).join(' '),
    ...(born && { dateOfBirth: born }),
    ...(mrz.sex !== 'unspecified' && { gender: mrz.sex }),
    citizenship: mrz.nationality === 'BTN' ? 'BT' : 'other',
  }
}

function dateOfBirth(digits: string, today: string): string | undefined {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? []
  if (year === undefined) return undefined
  const inThisCentury = `${today.slice(0, 2)}${year}-${month}-${day}`
  return inThisCentury <= today ? inThisCentury : `${Number(today.slice(0, 2)) - 1}${year}-${month}-${day}`
}

/** The zone has capitals only. */
function inWords(name: string): string {
  return name.toLowerCase().replace(/(^|[ -])[a-z]/g, (letter) => letter.toUpperCase())
}
