/** What goes on a stick, from what was chosen on the screen. */
import type { ExportWhat } from '../../../main/api/z-stick.ts'

export interface Chosen {
  what: ExportWhat['what']
  /** days here, YYYY-MM-DD */
  from: string
  to: string
  ids: readonly string[]
}

/** @returns the day here as `<input type="date">` writes it */
export function dayOf(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** @returns undefined while nothing is chosen that could go */
export function whatOf({ what, from, to, ids }: Chosen): ExportWhat | undefined {
  switch (what) {
    case 'unsent':
      return { what }
    case 'requests':
      return ids.length > 0
        ? { what, ids: [...ids] as Extract<ExportWhat, { what: 'requests' }>['ids'] }
        : undefined
    case 'between': {
      const first = midnight(from, 0)
      const end = midnight(to, 1)
      return first && end && first < end ? { what, from: first, to: end } : undefined
    }
  }
}

/** A day begins at midnight here, also where a clock is put forward. */
function midnight(day: string, after: number): string | undefined {
  const [year, month, date] = day.split('-').map(Number)
  if (!year || !month || !date) return undefined
  const at = new Date(year, month - 1, date + after)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
