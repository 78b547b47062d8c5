/**
 * The machine readable zone of a travel document, in its three sizes (ICAO 9303-5 §4.2, 9303-6 §4.2, 9303-4 §4.2).
 * Any text may be given: what is not a zone whose check digits agree is refused.
 */
import { err, ok, type Result } from 'neverthrow'
import { checkDigit } from './check-digit.ts'

export interface Mrz {
  format: 'TD1' | 'TD2' | 'TD3'
  /** first letter P for a passport; then as the issuer likes, without fillers */
  documentCode: string
  /** three letters of ICAO 9303-3 §5, without fillers (Germany is "D") */
  issuingState: string
  surname: string
  /** may be empty: some people have one name only */
  givenNames: string
  documentNumber: string
  nationality: string
  /** YYMMDD; unknown parts are "<" */
  dateOfBirth: string
  sex: 'female' | 'male' | 'unspecified'
  /** YYMMDD */
  dateOfExpiry: string
  optionalData: string
}

interface Field {
  line: number
  from: number
  to: number
}

interface Layout {
  format: Mrz['format']
  lines: number
  width: number
  number: Field
  birth: Field
  sex: Field
  expiry: Field
  nationality: Field
  names: Field
  optional: readonly Field[]
  /** what the composite check digit runs over, and where it stands */
  composite: readonly Field[]
  compositeAt: Field
}

const field = (line: number, from: number, to: number): Field => ({ line, from, to })

const layouts: readonly Layout[] = [
  {
    format: 'TD1',
    lines: 3,
    width: 30,
    number: field(0, 5, 14),
    birth: field(1, 0, 6),
    sex: field(1, 7, 8),
    expiry: field(1, 8, 14),
    nationality: field(1, 15, 18),
    names: field(2, 0, 30),
    optional: [field(0, 15, 30), field(1, 18, 29)],
    composite: [field(0, 5, 30), field(1, 0, 7), field(1, 8, 15), field(1, 18, 29)],
    compositeAt: field(1, 29, 30),
  },
  {
    format: 'TD2',
    lines: 2,
    width: 36,
    number: field(1, 0, 9),
    birth: field(1, 13, 19),
    sex: field(1, 20, 21),
    expiry: field(1, 21, 27),
    nationality: field(1, 10, 13),
    names: field(0, 5, 36),
    optional: [field(1, 28, 35)],
    composite: [field(1, 0, 10), field(1, 13, 20), field(1, 21, 35)],
    compositeAt: field(1, 35, 36),
  },
  {
    format: 'TD3',
    lines: 2,
    width: 44,
    number: field(1, 0, 9),
    birth: field(1, 13, 19),
    sex: field(1, 20, 21),
    expiry: field(1, 21, 27),
    nationality: field(1, 10, 13),
    names: field(0, 5, 44),
    optional: [field(1, 28, 42)],
    composite: [field(1, 0, 10), field(1, 13, 20), field(1, 21, 43)],
    compositeAt: field(1, 43, 44),
  },
]

const longest = 200
const sexes: Readonly<Record<string, Mrz['sex']>> = { F: 'female', M: 'male', '<': 'unspecified' }

/**
 * @param text lines apart or run together, as typed, seen by a camera or read from the chip; spaces do not matter
 * @returns its fields · `malformed` if it is no zone of 90, 72 or 88 characters · `wrong-check-digit` if one does not agree
 */
export function parseMrz(text: string): Result<Mrz, 'malformed' | 'wrong-check-digit'> {
  if (text.length > longest) return err('malformed')
  const zone = text.toUpperCase().replace(/\s/g, '')
  const layout = layouts.find(({ lines, width }) => lines * width === zone.length)
  if (!layout || !/^[A-Z0-9<]+$/.test(zone)) return err('malformed')
  const at = ({ line, from, to }: Field) => zone.slice(line * layout.width + from, line * layout.width + to)
  const digitAfter = (one: Field) => at(field(one.line, one.to, one.to + 1))

  const sex = sexes[at(layout.sex)]
  if (!sex || !isDate(at(layout.birth)) || !isDate(at(layout.expiry))) return err('malformed')
  const number = documentNumber(
    at(layout.number),
    digitAfter(layout.number),
    at(layout.optional[0] ?? layout.number),
  )
  const agrees =
    number.digit === checkDigit(number.value) &&
    digitAfter(layout.birth) === checkDigit(at(layout.birth)) &&
    digitAfter(layout.expiry) === checkDigit(at(layout.expiry)) &&
    optionalAgrees(layout, zone) &&
    at(layout.compositeAt) === checkDigit(layout.composite.map(at).join(''))
  if (!agrees) return err('wrong-check-digit')

  const [surname = '', given = ''] = at(layout.names).split('<<', 2)
  return ok({
    format: layout.format,
    documentCode: bare(zone.slice(0, 2)),
    issuingState: bare(zone.slice(2, 5)),
    surname: words(surname),
    givenNames: words(given),
    documentNumber: bare(number.value),
    nationality: bare(at(layout.nationality)),
    dateOfBirth: at(layout.birth),
    sex,
    dateOfExpiry: at(layout.expiry),
    optionalData: [number.rest, ...layout.optional.slice(1).map(at)].map(bare).filter(Boolean).join(' '),
  })
}

/** A number of more than nine characters goes on in the optional data, its check digit behind it (9303-5 §4.2.2, note j). */
function documentNumber(first: string, digit: string, optional: string) {
  const [, more, itsDigit] = digit === '<' ? (/^([A-Z0-9]+)([0-9])(?:<|$)/.exec(optional) ?? []) : []
  if (more === undefined || itsDigit === undefined) return { value: first, digit, rest: optional }
  return { value: first + more, digit: itsDigit, rest: optional.slice(more.length + 1) }
}

/** Only a passport has a check digit of its own over the optional data, and it may be left out when there are none. */
function optionalAgrees(layout: Layout, zone: string): boolean {
  if (layout.format !== 'TD3') return true
  const [data, digit] = [zone.slice(44 + 28, 44 + 42), zone.slice(44 + 42, 44 + 43)]
  return digit === checkDigit(data) || (digit === '<' && /^<+$/.test(data))
}

function isDate(text: string): boolean {
  return /^(?:[0-9]{6}|[0-9]{4}<<|[0-9]{2}<<<<|<{6})$/.test(text)
}

const bare = (text: string) => text.replace(/<+$/, '').replaceAll('<', ' ')
const words = (text: string) => text.replaceAll('<', ' ').trim().replace(/ +/g, ' ')
