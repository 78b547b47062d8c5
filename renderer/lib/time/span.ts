/** How long ago, or how long still, in the one unit that a person would say it in. Pure: the texts are in `age.json`. */

export type Span = { unit: 'moment' } | { unit: 'minutes' | 'hours' | 'days'; count: number }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** @param ms a length of time; a negative one (two clocks differ) is a moment @returns it rounded down to one unit */
export function spanOf(ms: number): Span {
  if (!(ms >= minute)) return { unit: 'moment' }
  if (ms < hour) return { unit: 'minutes', count: Math.floor(ms / minute) }
  if (ms < day) return { unit: 'hours', count: Math.floor(ms / hour) }
  return { unit: 'days', count: Math.floor(ms / day) }
}

/** The same for a time that is still to come: rounded up, so that nobody is promised too little. */
export function spanAhead(ms: number): Span {
  if (!(ms > minute)) return { unit: 'moment' }
  if (ms <= hour) return spanOf(Math.ceil(ms / minute) * minute)
  if (ms <= day) return spanOf(Math.ceil(ms / hour) * hour)
  return spanOf(Math.ceil(ms / day) * day)
}
