/**
 * Finds the three items of the zone in what was recognised in a picture. Recognition mixes up a few signs and makes
 * nonsense of rows of fillers, so only the places that matter are looked at, and what stands there is put right where the
 * check digits leave one way to do so. Any text may be given.
 */
import { checkDigit } from './check-digit.ts'
import { isCountryCode } from './country-codes.ts'
import { stateOf, type ZoneItems } from './zone-items.ts'

const longestText = 4_000
const mostLines = 40

/** What looks alike in OCR-B: a letter and its digit, a digit and its letters. */
const digitLike: Readonly<Record<string, string>> = {
  ...{ O: '0', Q: '0', D: '0', U: '0', I: '1', L: '1', Z: '2', A: '4', S: '5', G: '6', T: '7', B: '8' },
}
const lettersLike: Readonly<Record<string, string>> = {
  ...{ 0: 'OQD', 1: 'IL', 2: 'Z', 4: 'A', 5: 'S', 6: 'G', 7: 'T', 8: 'B' },
}
/** what becomes of "<" */
const fillers = /^[<KCLXESG]*$/

/** @returns items whose check digits agree, or nothing: what is ambiguous is not guessed */
export function itemsInText(text: string): ZoneItems | undefined {
  if (text.length > longestText) return undefined
  const lines = text
    .split('\n')
    .slice(0, mostLines)
    .map((line) => line.toUpperCase().replace(/[^A-Z0-9<]/g, ''))
    .filter((line) => line.length >= 15)
  for (const [at, line] of lines.entries()) {
    const found = inLongLine(line) ?? inCardLines(line, lines[at + 1] ?? '')
    if (found) return found
  }
  return undefined
}

/** Passports and the larger cards have all three in their second line (ICAO 9303-4 §4.2, 9303-6 §4.2). */
function inLongLine(line: string): ZoneItems | undefined {
  if (line.length < 28 || !isCountryCode(letters(line.slice(10, 13)))) return undefined
  return together({
    number: withLetter(line.slice(0, 10), letters(line.slice(10, 13))),
    birth: line.slice(13, 20),
    sex: line.slice(20, 21),
    expiry: line.slice(21, 28),
    // Of a passport's optional data the check digit stands before the last.
    rest: line.slice(28, -1).replace(/[0O]$/, ''),
    last: line.slice(-1),
    between: '',
    restPlaces: line.length > 40 ? 14 : 7,
    restDigit: line.length > 40,
  })
}

/** A card of three lines has the number in the first and the dates in the second (9303-5 §4.2). */
function inCardLines(first: string, second: string): ZoneItems | undefined {
  // After "I<" there is often a letter too many.
  const heads = [first, first.replace(/^([ACI1])<[KCLEX]/, '$1<')]
  const head = heads.find((one) => /^[ACI1]/.test(one) && isCountryCode(letters(one.slice(2, 5))))
  if (!head || head.length < 15 || second.length < 18) return undefined
  const isCard = isCountryCode(letters(second.slice(15, 18)))
  if (!isCard) return undefined
  return together({
    number: withLetter(head.slice(5, 15), letters(second.slice(15, 18))),
    birth: second.slice(0, 7),
    sex: second.slice(7, 8),
    expiry: second.slice(8, 15),
    rest: head.slice(15) + second.slice(18, -1),
    last: second.slice(-1),
    between: '<'.repeat(15),
    restPlaces: 11,
    restDigit: false,
  })
}

/**
 * G and 6, L and 1 have the same check digit in every place. Bhutan's numbers begin with a letter; of other countries'
 * the officer is asked to compare.
 */
function withLetter(number: string, country: string): string {
  if (country !== 'BTN') return number
  return number.replace(/^[61]/, (digit) => (digit === '6' ? 'G' : 'L'))
}

interface Places {
  number: string
  birth: string
  sex: string
  expiry: string
  /** what is optional, where that is nothing but fillers the last digit says whether all of it is right */
  rest: string
  last: string
  /** between number and birth in what that digit runs over */
  between: string
  restPlaces: number
  restDigit: boolean
}

function together(places: Places): ZoneItems | undefined {
  // A sex that is not said is a filler.
  if (!/^[MF<KCX]$/.test(places.sex)) return undefined
  const [birth, expiry] = [digits(places.birth), digits(places.expiry)]
  if (stateOf('birth', birth) !== 'right' || stateOf('expiry', expiry) !== 'right') return undefined
  const last = digits(places.last)
  const isKnown = fillers.test(places.rest) && /^[0-9]$/.test(last)
  const optional = '<'.repeat(places.restPlaces)
  const agrees = (number: string) =>
    [...(places.restDigit ? ['0', '<'] : [''])].some(
      (digit) => checkDigit(number + places.between + birth + expiry + optional + digit) === last,
    )
  const [exact, ...tries] = numbersLike(places.number)
  if (exact !== undefined && isRight(exact) && (!isKnown || agrees(exact)))
    return { number: exact, birth, expiry }
  // What was put right is believed only if the digit over everything says so too, and in one way.
  if (!isKnown) return undefined
  const [number, ...others] = tries.filter((one) => isRight(one) && agrees(one))
  return number !== undefined && others.length === 0 ? { number, birth, expiry } : undefined
}

const isRight = (number: string) => /^[A-Z0-9]+<*[0-9]$/.test(number) && stateOf('number', number) === 'right'
const digits = (text: string) => [...text].map((sign) => digitLike[sign] ?? sign).join('')
const letters = (text: string) => [...text].map((sign) => lettersLike[sign]?.[0] ?? sign).join('')

/** @param text nine places and the check digit @returns as it is, then with one sign exchanged for what looks like it */
function numbersLike(text: string): string[] {
  const [number, digit] = [text.slice(0, 9), digits(text.slice(9))]
  const changed = [...number].flatMap((sign, at) => {
    const filler = at >= 6 && fillers.test(sign) ? '<' : ''
    const others = [...(digitLike[sign] ?? ''), ...(lettersLike[sign] ?? ''), ...filler]
    return others.map((other) => number.slice(0, at) + other + number.slice(at + 1))
  })
  return [number, ...new Set(changed)].map((one) => one + digit)
}
