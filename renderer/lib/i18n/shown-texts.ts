/**
 * Which key a text on the screen has, for the voice that reads it. Only of texts in which nothing is filled in: of those
 * there are as many as there are messages, and nothing of a citizen is among them.
 */
import type { Language } from '../../../main/api/z-enrolment.ts'

export interface ShownText {
  key: string
  language: Language
}

/** Several texts may have the same words. */
const shown = new Map<string, ShownText[]>()

/** How a text stands in the page: spaces as one, and without the places where a line may end. */
const asRead = (text: string) => text.replaceAll('\u200b', '').replace(/\s+/g, ' ').trim()

export function noteShown(text: string, key: string, language: Language): void {
  const words = asRead(text)
  const known = shown.get(words)
  if (known?.some((one) => one.key === key && one.language === language)) return
  shown.set(words, [...(known ?? []), { key, language }])
}

/** @returns the keys of what was said in these words; none where something was filled in */
export const shownTexts = (text: string): readonly ShownText[] => shown.get(asRead(text)) ?? []
