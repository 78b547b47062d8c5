/** The texts that have been loaded. Each bundle of them puts itself in here before the code that speaks it begins. */
import type { Language } from '../../../main/api/z-enrolment.ts'

type Text = (params: Readonly<Record<string, unknown>>) => string
type Texts = Map<string, Text>

const loaded: Record<Language, Texts> = { en: new Map(), dz: new Map(), ne: new Map() }

/** Called by the compiled bundles. */
export function register(bundle: Record<Language, Record<string, Text>>): void {
  for (const language of ['en', 'dz', 'ne'] as const)
    for (const [key, text] of Object.entries(bundle[language])) loaded[language].set(key, text)
}

export const loadedText = (language: Language, key: string): Text | undefined => loaded[language].get(key)

/** @returns the keys of that language that begin so */
export const loadedKeys = (language: Language, prefix: string): string[] =>
  [...loaded[language].keys()].filter((key) => key.startsWith(prefix))
