/** How it is read: steps for speed and loudness, so that a press is always heard as a difference. */

export interface Manner {
  rate: number
  volume: number
}

const steps = { rate: [0.6, 0.75, 0.9, 1.1, 1.4], volume: [0.25, 0.45, 0.7, 1] } as const

/** A little slower than people speak. */
export const usualManner: Manner = { rate: 0.9, volume: 0.7 }

/** @returns the next step in that direction; at the end it stays */
export function changed(manner: Manner, what: keyof Manner, by: 1 | -1): Manner {
  const values: readonly number[] = steps[what]
  const value = values[values.indexOf(manner[what]) + by]
  return value === undefined ? manner : { ...manner, [what]: value }
}
