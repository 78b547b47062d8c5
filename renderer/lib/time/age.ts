/** Ages and waits in the words of the present language. */
import { t } from '../i18n/i18n.svelte.ts'
import { spanAhead, spanOf, type Span } from './span.ts'

const inWords = (kind: 'ago' | 'in', span: Span): string =>
  span.unit === 'moment' ? t(`age.${kind}.moment`) : t(`age.${kind}.${span.unit}`, { count: span.count })

/** @param at when it was @param now by the same clock, both ISO @returns "12 min ago" */
export const agoText = (at: string, now: string): string =>
  inWords('ago', spanOf(Date.parse(now) - Date.parse(at)))

/** @returns "about 5 min" */
export const aheadText = (seconds: number): string => inWords('in', spanAhead(seconds * 1_000))
