/**
 * Texts in three languages. They live in `messages/<language>/<area>.json`, none in the code; each says of itself whether
 * a native speaker has reviewed it. An area file is found by itself.
 */
import type { FailureCode } from '../../../main/api/failure.ts'
import { dzongkhaDate, dzongkhaDateTime, tibetanDigits } from './dzongkha-date.ts'
import { devanagariDigits, nepaliDate, nepaliDateTime } from './nepali-date.ts'
import type { Language } from '../../../main/api/z-enrolment.ts'

interface Message {
  text: string
  reviewed: boolean
}
type Messages = Record<string, Message>

const files = import.meta.glob<Messages>('./messages/*/*.json', { eager: true, import: 'default' })

export const languages: readonly Language[] = ['en', 'dz', 'ne']
/** Each by its own name. */
export const languageNames: Record<Language, string> = { en: 'English', dz: 'རྫོང་ཁ', ne: 'नेपाली' }
/** What an unattended kiosk speaks until somebody chooses. */
export const defaultLanguage: Language = 'en'
const messages = Object.fromEntries(
  languages.map((one) => [
    one,
    Object.assign(
      {},
      ...Object.entries(files).flatMap(([path, file]) => (path.includes(`/${one}/`) ? [file] : [])),
    ),
  ]),
) as Record<Language, Messages>

let current = $state<Language>('en')

export const language = (): Language => current
export function setLanguage(next: Language): void {
  current = next
}

type Params = Record<string, string | number>

/** @returns the text in that language, in English where there is none, with `{name}` filled in */
export function textIn(one: Language, key: string, params: Params = {}): string {
  const text = messages[one][key]?.text ?? messages.en[key]?.text ?? key
  const filled = text.replace(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? ''))
  return one === 'dz' ? breakable(filled) : filled
}
/** @returns the text in the present language */
export const t = (key: string, params: Params = {}): string => textIn(current, key, params)

/** @returns the text of a key that comes from data, or what stands for it where there is no text */
export const textOf = (key: string, otherwise: string): string =>
  key in messages.en || key in messages[current] ? t(key) : otherwise

/** @returns the keys that begin so, in every language the same */
export const keysOf = (prefix: string): string[] =>
  Object.keys(messages.en).filter((key) => key.startsWith(prefix))

/** @returns the language in which `t` says it: English where the present one has no such text */
export const languageOf = (key: string): Language => (key in messages[current] ? current : 'en')

/** Dzongkha is written without spaces; a line may end after a tsheg. */
const breakable = (text: string) => text.replace(/་(?=[^\s])/g, '་\u200b')

/** @returns the text of a label that the issuer gave in some languages */
export const localText = (label: { en: string; dz?: string | undefined; ne?: string | undefined }): string =>
  label[current] ?? label.en

/** The one language here of which Chromium has the data. */
const english = 'en-GB'

/** @returns the instant as the language writes it, in the machine's time zone */
export function formatDateTime(iso: string): string {
  const at = Date.parse(iso)
  if (current === 'dz') return dzongkhaDateTime(at)
  if (current === 'ne') return nepaliDateTime(at)
  return new Intl.DateTimeFormat(english, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}
/** @param day `YYYY-MM-DD`, a day and not an instant @returns it as the language writes it */
export function formatDate(day: string): string {
  const at = Date.parse(`${day}T12:00:00`)
  if (Number.isNaN(at)) return day
  if (current === 'dz') return dzongkhaDate(at)
  if (current === 'ne') return nepaliDate(at)
  return new Intl.DateTimeFormat(english, { dateStyle: 'long' }).format(at)
}
export function formatNumber(value: number): string {
  if (current === 'dz') return tibetanDigits(String(value))
  const grouped = new Intl.NumberFormat(english).format(value)
  return current === 'ne' ? devanagariDigits(grouped) : grouped
}

export type Audience = 'citizen' | 'technician'

/** @returns what happened, what was kept, what to do now, for that person */
export const failureText = (code: FailureCode, audience: Audience): string => t(`failure.${code}.${audience}`)

/** How many texts each language has, and how many of them a native speaker has reviewed. */
export const coverage = () =>
  languages.map((one) => ({
    language: one,
    all: Object.keys(messages.en).length,
    done: Object.keys(messages[one]).length,
    reviewed: Object.values(messages[one]).filter(({ reviewed }) => reviewed).length,
  }))
