/** The kiosk's own sounds, each a few soft notes. A kiosk without a loudspeaker goes on without: all is to be seen, too. */

/** Is somebody there; the time is nearly over; it is over, and something can be done about it. */
export type SoundName = 'question' | 'hurry' | 'over'

export interface Note {
  hertz: number
  /** seconds after the first */
  at: number
}

/** Rising asks, the same note twice hurries, falling ends: known apart without looking, and by who hears badly up high. */
export const sounds: Record<SoundName, readonly Note[]> = {
  question: [
    { hertz: 523, at: 0 },
    { hertz: 659, at: 0.22 },
  ],
  hurry: [
    { hertz: 659, at: 0 },
    { hertz: 659, at: 0.2 },
  ],
  over: [
    { hertz: 659, at: 0 },
    { hertz: 523, at: 0.22 },
    { hertz: 440, at: 0.44 },
  ],
}

/** Swells and fades in this many seconds; loudest is a quarter of what the loudspeaker can do. */
export const noteShape = { swell: 0.04, length: 0.5, loudest: 0.22 } as const
