/**
 * Texts in three languages. They live in `messages/<language>/<area>.json`, none in the code; each says of itself whether
 * a native speaker has reviewed it. They are compiled to functions and typed keys before anything else is built
 * (scripts/i18n), and come with the code that speaks them.
 */
import type { FailureCode } from '../../../main/api/failure.ts'
import coverageOfAreas from './compiled/coverage.json' with { type: 'json' }
import type { Filled, PlainKey } from './compiled/keys.ts'
import { dzongkhaDate, dzongkhaDateTime } from './dzongkha-date.ts'
import { nepaliDate, nepaliDateTime } from './nepali-date.ts'
import { numberIn } from './number-in.ts'
import { loadedKeys, loadedText } from './registry.ts'
import { headAndRest } from './sentences.ts'
import { noteShown } from './shown-texts.ts'
import type { Language } from '../../../main/api/z-enrolment.ts'

/** A text that stands as it is, and one in which something is filled in. */
export type { PlainKey }
export type FilledKey = keyof Filled
export type MessageKey = PlainKey | FilledKey

export const languages: readonly Language[] = ['en', 'dz', 'ne']
/** Each by its own name. */
export const languageNames: Record<Language, string> = { en: 'English', dz: 'རྫོང་ཁ', ne: 'नेपाली' }
/** What an unattended kiosk speaks until somebody chooses. */
export const defaultLanguage: Language = 'en'

let current = $state<Language>('en')

export const language = (): Language => current
export function setLanguage(next: Language): void {
  current = next
}

/** Of several keys at once, what any of them needs. */
type Every<T> = (T extends unknown ? (all: T) => void : never) extends (all: infer All) => void ? All : never

type Params = Readonly<Record<string, unknown>>

function said(one: Language, key: string, params: Params = {}): string | undefined {
  const text = loadedText(one, key)
  if (!text) return one === 'en' ? undefined : said('en', key, params)
  return one === 'dz' ? breakable(text(params)) : text(params)
}

/** @returns the text in that language, in English where there is none */
export const textIn = (one: Language, key: PlainKey): string => said(one, key) ?? key

/** @returns the text in the present language, with `{name}` filled in */
export function t(key: PlainKey): string
export function t<K extends FilledKey>(key: K, params: Every<Filled[K]>): string
export function t(key: string, params?: object): string {
  const text = said(current, key, { ...params }) ?? key
  if (params === undefined) noteShown(text, key, loadedText(current, key) ? current : 'en')
  return text
}

/** @returns the text of a key that comes from data, or what stands for it where there is no text */
export const textOf = (key: string, otherwise: string): string => said(current, key) ?? otherwise

/** @returns the texts whose keys begin so, in that language; of areas that the asking code names */
export const textsIn = (one: Language, prefix: string): [key: string, text: string][] =>
  loadedKeys('en', prefix).map((key) => [key, said(one, key) ?? key])

/** @returns the language in which `t` says it: English where the present one has no such text */
export const languageOf = (key: MessageKey): Language => (loadedText(current, key) ? current : 'en')

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
export const formatNumber = (value: number): string => numberIn(value, current)

/** @returns what happened, what was kept, what to do now, for the citizen and whoever stands beside */
export function failureText(code: FailureCode): string {
  const key = `failure.${code}.citizen` as const
  const text = t(key)
  // It is shown in two parts, which one recording reads.
  const { head, rest } = headAndRest(text)
  for (const part of [head, rest]) if (part !== '') noteShown(part, key, languageOf(key))
  return text
}

/** @returns what it says to whoever looks after the kiosk; only in doors that load it (technician-failure.ts) */
export const remedyText = (code: FailureCode): string =>
  said(current, ['failure', code, 'technician'].join('.')) ?? ''

/** How many texts each language has, and how many of them a native speaker has reviewed. */
export const coverage = () =>
  languages.map((one) => ({
    language: one,
    all: sum(coverageOfAreas.map(({ all }) => all)),
    done: sum(coverageOfAreas.map((area) => area[one].done)),
    reviewed: sum(coverageOfAreas.map((area) => area[one].reviewed)),
  }))
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
