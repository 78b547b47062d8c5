/**
 * Which texts travel together. A door loads only the bundles that its code speaks from: an area of texts, and of the
 * failures what is said to the citizen apart from what is said to the technician.
 */
import type { Areas, Language, MessageFile } from './message-files.ts'

export type Bundles = Map<string, Record<Language, MessageFile>>

function bundleOf(area: string, key: string): string {
  if (!key.startsWith('failure.')) return area
  return key.endsWith('.technician') ? `${area}-technician` : `${area}-citizen`
}

/** @returns bundles by name; English has every key */
export function bundlesOf(areas: Areas): Bundles {
  const bundles: Bundles = new Map()
  for (const [area, byLanguage] of areas) {
    for (const language of ['en', 'dz', 'ne'] as const) {
      for (const [key, message] of Object.entries(byLanguage[language])) {
        const name = bundleOf(area, key)
        const bundle = bundles.get(name) ?? { en: {}, dz: {}, ne: {} }
        bundle[language][key] = message
        bundles.set(name, bundle)
      }
    }
  }
  return bundles
}
