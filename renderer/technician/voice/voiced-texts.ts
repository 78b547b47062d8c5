/** The texts of the citizen's screens, screen by screen, that a recording can read: those in which nothing is filled in. */
import { textsIn } from '../../lib/i18n/i18n.svelte.ts'
import type { RecordingName } from '../../../main/api/z-voice.ts'

export interface VoicedScreen {
  /** what its keys begin with, as `citizen.consent` */
  name: string
  texts: { key: string; text: string }[]
}

/** @param language of the texts @returns every screen with texts, in the order of the message files */
export function voicedScreens(language: RecordingName['language']): VoicedScreen[] {
  const spoken = [
    ...textsIn(language, 'citizen.'),
    ...textsIn(language, 'finger.'),
    ...textsIn(language, 'failure.').filter(([key]) => key.endsWith('.citizen')),
  ]
  const screens = new Map<string, VoicedScreen>()
  for (const [key, text] of spoken) {
    if (isFilled(text)) continue
    const name = screenOf(key)
    const screen = screens.get(name) ?? { name, texts: [] }
    screen.texts.push({ key, text: text.replaceAll('\u200b', '') })
    screens.set(name, screen)
  }
  return [...screens.values()]
}

/** What stands for a value that nobody gave: such a text is different each time, and speech reads it. */
const isFilled = (text: string) => /undefined|NaN/.test(text)

const screenOf = (key: string): string => key.split('.').slice(0, 2).join('.')
