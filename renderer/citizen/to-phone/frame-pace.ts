/** How fast the frames of a hand-over follow each other, and what can be said of it. Pure; the time is given. */

/** frames a second: the usual, and two that are easier for an old camera */
export const paces = [10, 5, 3] as const
export type Pace = (typeof paces)[number]

/** Where the system asks for less motion. It still has to change, or nothing would come across. */
export const calmPace: Pace = 3

/** @returns the next slower one; undefined when it is the slowest */
export const slowerThan = (pace: Pace): Pace | undefined => paces[paces.indexOf(pace) + 1]

/**
 * Frames that were missed while the screen was busy are not made up for: each that is counted was really shown.
 * @param shown how many were shown already @param count in one round @returns which one is next
 */
export const frameAfter = (shown: number, count: number): number => shown % count

/** @returns whole seconds until all were shown once */
export const roundSeconds = (count: number, pace: Pace): number => Math.ceil(count / pace)
