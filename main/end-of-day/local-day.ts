/** The calendar day of this kiosk: people close the day of their own clock. */

/** @returns the first instant of the calendar day here, and of the next one */
export function localDay(now: number): { from: string; to: string } {
  const day = new Date(now)
  const midnight = (after: number) =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate() + after).toISOString()
  return { from: midnight(0), to: midnight(1) }
}

/** @returns `YYYY-MM-DD` */
export function dayOf(now: number): string {
  const day = new Date(now)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
