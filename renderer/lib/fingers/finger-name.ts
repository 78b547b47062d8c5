/** Fingers by their names. */
import { t, type PlainKey } from '../i18n/i18n.svelte.ts'
import type { Finger } from './hand.ts'

const names: Record<Finger, PlainKey> = {
  'Left Thumb': 'finger.name.LeftThumb',
  'Left IndexFinger': 'finger.name.LeftIndexFinger',
  'Left MiddleFinger': 'finger.name.LeftMiddleFinger',
  'Left RingFinger': 'finger.name.LeftRingFinger',
  'Left LittleFinger': 'finger.name.LeftLittleFinger',
  'Right Thumb': 'finger.name.RightThumb',
  'Right IndexFinger': 'finger.name.RightIndexFinger',
  'Right MiddleFinger': 'finger.name.RightMiddleFinger',
  'Right RingFinger': 'finger.name.RightRingFinger',
  'Right LittleFinger': 'finger.name.RightLittleFinger',
}

/** @returns its name in the present language */
export const fingerName = (finger: Finger): string => t(names[finger])
