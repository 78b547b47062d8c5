/** The speech of the system, where it has a voice of its own for the language. */
import type { Language } from '../../../main/api/z-enrolment.ts'
import type { Manner } from './manner.ts'

const synthesis = globalThis.speechSynthesis as SpeechSynthesis | undefined
let voices = $state.raw<SpeechSynthesisVoice[]>(synthesis?.getVoices() ?? [])
synthesis?.addEventListener('voiceschanged', () => (voices = synthesis.getVoices()))

/** Only voices of this machine: a voice of the network would send a citizen's screen away. */
const voiceFor = (language: Language) =>
  voices.find(({ lang, localService }) => localService && lang.toLowerCase().split(/[-_]/)[0] === language)

export const hasVoice = (language: Language): boolean => voiceFor(language) !== undefined

/** @returns true when it was said, or until `signal` aborted; false where there is no voice for it */
export async function speak(
  text: string,
  language: Language,
  { rate, volume }: Manner,
  signal: AbortSignal,
): Promise<boolean> {
  const voice = voiceFor(language)
  if (!synthesis || !voice) return false
  const utterance = Object.assign(new SpeechSynthesisUtterance(text), {
    voice,
    lang: voice.lang,
    rate,
    volume,
  })
  const stop = () => synthesis.cancel()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<boolean>((resolve) => {
      utterance.onend = () => resolve(true)
      utterance.onerror = () => resolve(signal.aborted)
      synthesis.speak(utterance)
    })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
