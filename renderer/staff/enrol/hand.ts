/** The fingers of each capture, from the thumb's side outwards, and where they stand in the drawn hand. */
import type { Draft, Slap } from '../../../main/api/z-enrolment.ts'

export type Finger = Draft['slaps'][number]['fingers'][number]['finger']

interface DrawnFinger {
  finger: Finger
  /** centre of the finger tip, width 240, height 200 */
  x: number
  y: number
  long: number
}

const right: DrawnFinger[] = [
  { finger: 'Right IndexFinger', x: 70, y: 40, long: 84 },
  { finger: 'Right MiddleFinger', x: 106, y: 24, long: 100 },
  { finger: 'Right RingFinger', x: 142, y: 34, long: 90 },
  { finger: 'Right LittleFinger', x: 178, y: 64, long: 62 },
]
const mirrored = (one: DrawnFinger): DrawnFinger => ({
  ...one,
  finger: leftOf[one.finger] ?? one.finger,
  x: 240 - one.x,
})
const leftOf: Partial<Record<Finger, Finger>> = {
  'Right IndexFinger': 'Left IndexFinger',
  'Right MiddleFinger': 'Left MiddleFinger',
  'Right RingFinger': 'Left RingFinger',
  'Right LittleFinger': 'Left LittleFinger',
}

export const hands: Record<Slap, DrawnFinger[]> = {
  left: right.map(mirrored),
  right,
  thumbs: [
    { finger: 'Left Thumb', x: 84, y: 44, long: 80 },
    { finger: 'Right Thumb', x: 156, y: 44, long: 80 },
  ],
}

export const slapOrder: Slap[] = ['left', 'right', 'thumbs']
