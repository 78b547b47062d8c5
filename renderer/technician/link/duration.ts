/** How long something lasted, in the two largest units that say something. */
import { formatNumber, t } from '../../lib/i18n/i18n.svelte.ts'

/** @returns "48 min", "2 h 36 min", "3 days 4 h" */
export function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours === 0) return t('technician.minutes', { minutes: formatNumber(minutes) })
  if (hours < 48)
    return t('technician.hours', { hours: formatNumber(hours), minutes: formatNumber(minutes % 60) })
  return t('technician.days', {
    days: formatNumber(Math.floor(hours / 24)),
    hours: formatNumber(hours % 24),
  })
}
