/** Time comes in by argument wherever it decides something. */
export interface Clock {
  /** milliseconds since 1970, as the machine believes */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** @returns the instant as the documents write it */
export function instant(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}
