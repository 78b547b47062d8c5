/** What is placed together on the plate, under the names of the protocol (sbi.md §5). */
export type Slap = 'left' | 'right' | 'thumbs'

export const slaps = {
  left: {
    sub: '1',
    fingers: ['Left IndexFinger', 'Left MiddleFinger', 'Left RingFinger', 'Left LittleFinger'],
  },
  right: {
    sub: '2',
    fingers: ['Right IndexFinger', 'Right MiddleFinger', 'Right RingFinger', 'Right LittleFinger'],
  },
  thumbs: { sub: '3', fingers: ['Left Thumb', 'Right Thumb'] },
} as const satisfies Record<Slap, { sub: string; fingers: readonly string[] }>
