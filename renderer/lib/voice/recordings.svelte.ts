/** Which texts have a recording at this kiosk, and how one is played. */
import { ask, askValue } from '../api/ask.ts'
import { api } from '../app.svelte.ts'
import type { Language } from '../../../main/api/z-enrolment.ts'
import type { Recording, RecordingName } from '../../../main/api/z-voice.ts'
import type { Manner } from './manner.ts'

let all = $state.raw<readonly Recording[]>([])
const nameOf = ({ key, language }: { key: string; language: Language }) => `${language} ${key}`
const named = $derived(new Map(all.map((one) => [nameOf(one), one])))

/** Asks the host which there are. */
export async function lookForRecordings(): Promise<void> {
  const answer = await askValue(api.voice.list.query())
  if (answer.ok) all = answer.value
}

export const recordings = (): readonly Recording[] => all
export const recordingOf = (name: { key: string; language: Language }): Recording | undefined =>
  named.get(nameOf(name))
export const isRecorded = (name: RecordingName): boolean => recordingOf(name) !== undefined
export const hasRecordings = (language: Language): boolean => all.some((one) => one.language === language)

/** @returns true when it was played to its end, or until `signal` aborted; false where it cannot be played */
export async function playRecording(
  name: RecordingName,
  { rate, volume }: Manner,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await ask(api.voice.audio.query({ key: name.key, language: name.language }))
  if (!answer.ok || signal.aborted) return false
  const bytes = Uint8Array.from(atob(answer.value.base64), (letter) => letter.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([bytes], { type: answer.value.type }))
  const sound = new Audio(url)
  sound.playbackRate = rate
  sound.volume = volume
  const over = new AbortController()
  try {
    return await new Promise<boolean>((resolve) => {
      const { signal: until } = over
      sound.addEventListener('ended', () => resolve(true), { signal: until })
      sound.addEventListener('error', () => resolve(false), { signal: until })
      signal.addEventListener('abort', () => resolve(true), { signal: until })
      sound.play().catch(() => resolve(false))
    })
  } finally {
    over.abort()
    sound.pause()
    URL.revokeObjectURL(url)
  }
}
