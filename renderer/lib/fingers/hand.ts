/** The fingers of each capture, and where they stand in a drawn hand, seen from above as it lies on the scanner. */
import type { Draft, Slap } from '../../../main/api/z-enrolment.ts'

export type Finger = Draft['slaps'][number]['fingers'][number]['finger']

interface DrawnFinger {
  finger: Finger
  /** the tip */
  x: number
  y: number
  /** from the palm to the tip */
  path: string
}
interface DrawnHand {
  /** left edge of the palm */
  palm: number
  shift: number
  fingers: DrawnFinger[]
}

export const slapOrder: Slap[] = ['left', 'right', 'thumbs']

export const fingersOf: Record<Slap, Finger[]> = {
  left: ['Left LittleFinger', 'Left RingFinger', 'Left MiddleFinger', 'Left IndexFinger'],
  right: ['Right IndexFinger', 'Right MiddleFinger', 'Right RingFinger', 'Right LittleFinger'],
  thumbs: ['Left Thumb', 'Right Thumb'],
}

/** tip and root of each finger of a right hand, in a square of 220 */
const shape = [
  { name: 'Thumb', tip: [28, 132], root: [88, 196] },
  { name: 'IndexFinger', tip: [70, 44], root: [84, 146] },
  { name: 'MiddleFinger', tip: [108, 24], root: [112, 146] },
  { name: 'RingFinger', tip: [146, 36], root: [140, 146] },
  { name: 'LittleFinger', tip: [182, 74], root: [164, 150] },
] as const

function draw(side: 'Left' | 'Right', shift: number): DrawnHand {
  const across = (x: number) => (side === 'Left' ? 220 - x : x)
  return {
    palm: side === 'Left' ? 220 - 176 : 72,
    shift,
    fingers: shape.map(({ name, tip, root }) => ({
      finger: `${side} ${name}`,
      x: across(tip[0]),
      y: tip[1],
      path: `M${across(tip[0])} ${tip[1]}L${across(root[0])} ${root[1]}`,
    })),
  }
}

/** @returns the hand, or for the thumbs the two hands, of a capture */
export function handsOf(slap: Slap): DrawnHand[] {
  switch (slap) {
    case 'left':
      return [draw('Left', 0)]
    case 'right':
      return [draw('Right', 0)]
    case 'thumbs':
      return [draw('Left', 0), draw('Right', 220)]
  }
}
