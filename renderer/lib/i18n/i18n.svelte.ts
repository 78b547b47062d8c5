/**
 * Texts in three languages. They live in `messages/<language>/<area>.json`, none in the code; each says of itself whether
 * a native speaker has reviewed it. An area file is found by itself.
 */
import type { FailureCode } from '../../../main/api/failure.ts'
import type { Language } from '../../../main/api/z-enrolment.ts'

interface Message {
  text: string
  reviewed: boolean
}
type Messages = Record<string, Message>

const files = import.meta.glob<Messages>('./messages/*/*.json', { eager: true, import: 'default' })

const languages: Language[] = ['en', 'dz', 'ne']
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

/** @returns the text in the present language, in English where there is none, with `{name}` filled in */
export function t(key: string, params: Record<string, string | number> = {}): string {
  const text = messages[current][key]?.text ?? messages.en[key]?.text ?? key
  const filled = text.replace(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? ''))
  return current === 'dz' ? breakable(filled) : filled
}

/** Dzongkha is written without spaces; a line may end after a tsheg. */
const breakable = (text: string) => text.replace(/་(?=[^\s])/g, '་\u200b')

/** @returns the text of a label that the issuer gave in some languages */
export const localText = (label: { en: string; dz?: string | undefined; ne?: string | undefined }): string =>
  label[current] ?? label.en

const locales: Record<Language, string> = { en: 'en-GB', dz: 'dz-BT', ne: 'ne-NP' }

export const formatDateTime = (iso: string): string =>
  new Intl.DateTimeFormat(locales[current], { dateStyle: 'medium', timeStyle: 'short' }).format(
    Date.parse(iso),
  )
export const formatNumber = (value: number): string => new Intl.NumberFormat(locales[current]).format(value)

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
