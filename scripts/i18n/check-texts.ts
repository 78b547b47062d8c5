/** What is wrong with the texts, and what is still to be done about them. Pure, but for the sources that it is given. */
import { fitsPlaces } from '../../renderer/lib/i18n/sheet/places.ts'
import { allOf, type Areas, type Language } from './message-files.ts'
import { meant, spokenIn } from './spoken-keys.ts'

export interface TextReport {
  all: number
  /** keys of English that nothing in the sources speaks */
  unused: string[]
  languages: Record<Exclude<Language, 'en'>, LanguageReport>
}
export interface LanguageReport {
  missing: string[]
  /** for technicians, and said in English: remedies name commands, files and settings; the hardware report travels */
  inEnglish: number
  /** keys that English does not have */
  unknown: string[]
  /** keys whose text has other places to fill in than the English one, or cannot be said in this language */
  broken: string[]
  unreviewed: number
}

/** These may be English alone; what a citizen or an officer reads may not. */
const mayBeEnglish = (key: string) => /^failure\..*\.technician$|^technician\.report\./.test(key)

/** @param sources code of the screens */
export function checkTexts(areas: Areas, sources: readonly string[]): TextReport {
  const english = allOf(areas, 'en')
  const keys = Object.keys(english)
  const used = new Set(sources.flatMap(spokenIn).flatMap((spoken) => meant(spoken, keys)))
  const reportOf = (language: Exclude<Language, 'en'>): LanguageReport => {
    const own = allOf(areas, language)
    const missing = keys.filter((key) => !own[key])
    return {
      missing: missing.filter((key) => !mayBeEnglish(key)),
      inEnglish: missing.filter(mayBeEnglish).length,
      unknown: Object.keys(own).filter((key) => !english[key]),
      broken: Object.entries(own).flatMap(([key, { text }]) =>
        english[key] && !fitsPlaces(language, english[key].text, text) ? [key] : [],
      ),
      unreviewed: Object.values(own).filter(({ reviewed }) => !reviewed).length,
    }
  }
  return {
    all: keys.length,
    unused: keys.filter((key) => !used.has(key)),
    languages: { dz: reportOf('dz'), ne: reportOf('ne') },
  }
}

/** @returns whether nobody can meet a text that is not there or says something else; what is unused does no harm */
export const isWhole = ({ languages }: TextReport): boolean =>
  Object.values(languages).every(
    ({ missing, unknown, broken }) => missing.length + unknown.length + broken.length === 0,
  )
