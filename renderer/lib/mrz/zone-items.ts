/** The three items of the zone that open the chip, as an officer copies them: each with the check digit behind it. */
import { checkDigit } from './check-digit.ts'

export interface ZoneItems {
  /** up to 22 letters and digits, fillers or not, and the check digit */
  number: string
  /** YYMMDD and the check digit */
  birth: string
  expiry: string
}
export type ZoneItem = keyof ZoneItems

export const noItems: ZoneItems = { number: '', birth: '', expiry: '' }

export type ItemState =
  | 'empty'
  /** so far right, and not all of it */
  | 'unfinished'
  | 'not-a-sign'
  | 'not-a-date'
  | 'wrong-digit'
  | 'right'

/** What somebody may type for it: small letters, spaces, and the sign that Word makes of "<". */
export function cleaned(text: string): string {
  return text.toUpperCase().replace(/\s/g, '').replace(/[‹«]/g, '<')
}

/** @param text as typed @returns how it stands; only `right` may be tried on a chip */
export function stateOf(item: ZoneItem, text: string): ItemState {
  const typed = cleaned(text)
  if (typed === '') return 'empty'
  return item === 'number' ? numberState(typed) : dateState(typed)
}

function numberState(typed: string): ItemState {
  if (!/^[A-Z0-9<]{1,23}$/.test(typed)) return 'not-a-sign'
  // Fewer than nine places are filled up with "<", which the check digit does not mind.
  if (typed.length < 3) return 'unfinished'
  const isRight = /[0-9]$/.test(typed) && checkDigit(typed.slice(0, -1)) === typed.at(-1)
  if (isRight) return 'right'
  return typed.length < 10 ? 'unfinished' : 'wrong-digit'
}

function dateState(typed: string): ItemState {
  if (!/^[0-9]{1,7}$/.test(typed)) return 'not-a-sign'
  if (!couldBeDate(typed)) return 'not-a-date'
  if (typed.length < 7) return 'unfinished'
  return checkDigit(typed.slice(0, 6)) === typed[6] ? 'right' : 'wrong-digit'
}

/** As far as it goes: MM and DD are in the calendar. */
function couldBeDate(typed: string): boolean {
  const month = Number(typed.slice(2, 4))
  if (typed.length >= 4 && (month < 1 || month > 12)) return false
  const day = Number(typed.slice(4, 6))
  return typed.length < 6 || (day >= 1 && day <= (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31))
}

/** G and 6, L and 1 change no check digit: whoever typed or saw one of them should look again. */
export const looksAlike = (text: string): boolean => /[G6L1]/.test(cleaned(text).slice(0, -1))

/** @param today YYYY-MM-DD @returns YYYY-MM-DD; nobody was born in the future, and nothing is valid for fifty years */
export function dayOf(item: 'birth' | 'expiry', text: string, today: string): string | undefined {
  if (stateOf(item, text) !== 'right') return undefined
  const digits = cleaned(text)
  const rest = `${digits.slice(2, 4)}-${digits.slice(4, 6)}`
  const here = `${today.slice(0, 2)}${digits.slice(0, 2)}-${rest}`
  const isEarlier =
    item === 'birth' ? here > today : Number(here.slice(0, 4)) > Number(today.slice(0, 4)) + 50
  return isEarlier ? `${Number(today.slice(0, 2)) - 1}${digits.slice(0, 2)}-${rest}` : here
}

/** @returns what opens the chip; nothing while one of the three is not right */
export function keyOf(items: ZoneItems) {
  const all = (['number', 'birth', 'expiry'] as const).every((item) => stateOf(item, items[item]) === 'right')
  if (!all) return undefined
  return {
    documentNumber: cleaned(items.number).slice(0, -1).replace(/<+$/, ''),
    dateOfBirth: cleaned(items.birth).slice(0, 6),
    dateOfExpiry: cleaned(items.expiry).slice(0, 6),
  }
}
