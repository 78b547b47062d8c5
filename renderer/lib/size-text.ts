/** Sizes as a person says them: whole kilobytes, then megabytes and gigabytes with one decimal (SI units, as links are sold). */
import { formatNumber } from './i18n/i18n.svelte.ts'

export function sizeText(bytes: number): string {
  const kilobytes = Math.ceil(bytes / 1_000)
  if (kilobytes < 1_000) return `${formatNumber(kilobytes)} kB`
  const tenths = Math.round(bytes / 100_000)
  if (tenths < 10_000) return `${formatNumber(tenths / 10)} MB`
  return `${formatNumber(Math.round(bytes / 100_000_000) / 10)} GB`
}
