/**
 * Where the mark of somebody who works by switches stands, and where each switch takes it. What belongs together (a row
 * of keys, the languages) is marked as one first, so that nobody passes thirty keys to reach a button. Pure.
 */

export interface Place {
  /** which group; most are of one target */
  group: number
  /** which target in it; absent: the group as one. As many as there are targets: out of the group again */
  item?: number
}

export type Pressed =
  { do: 'press'; group: number; item: number; after: Place } | { do: 'go'; to: Place } | { do: 'nothing' }

/** @param sizes targets of each group, in their order @returns where the mark goes on; undefined where nothing can be pressed */
export function nextPlace(sizes: readonly number[], at: Place | undefined): Place | undefined {
  if (sizes.length === 0) return undefined
  const size = at && sizes[at.group]
  if (at === undefined || size === undefined) return { group: 0 }
  if (at.item === undefined) return { group: (at.group + 1) % sizes.length }
  return { group: at.group, item: at.item >= size ? 0 : at.item + 1 }
}

/** @returns what the other switch does there */
export function pressedAt(sizes: readonly number[], at: Place | undefined): Pressed {
  const size = at && sizes[at.group]
  if (at === undefined || size === undefined) return { do: 'nothing' }
  const { group, item } = at
  if (size === 1) return { do: 'press', group, item: 0, after: { group } }
  if (item === undefined) return { do: 'go', to: { group, item: 0 } }
  if (item >= size) return { do: 'go', to: { group } }
  // The next key may be in another row, so the mark stands on the row again.
  return { do: 'press', group, item, after: { group } }
}
