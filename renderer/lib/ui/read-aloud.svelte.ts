/** Reads a screen aloud, where the system has a voice for the language. */
import { language } from '../i18n/i18n.svelte.ts'

const synthesis = globalThis.speechSynthesis as SpeechSynthesis | undefined
let voices = $state.raw<SpeechSynthesisVoice[]>(synthesis?.getVoices() ?? [])
let speaking = $state(false)
synthesis?.addEventListener('voiceschanged', () => (voices = synthesis.getVoices()))

/** Only voices of this machine: a voice of the network would send a citizen's screen away. */
const voiceNow = () =>
  voices.find(({ lang, localService }) => localService && lang.toLowerCase().split(/[-_]/)[0] === language())

export const canRead = (): boolean => voiceNow() !== undefined
export const isReading = (): boolean => speaking

/** @param text of the screen; what is being read stops */
export function read(text: string): void {
  const voice = voiceNow()
  if (!synthesis || !voice) return
  synthesis.cancel()
  const utterance = new SpeechSynthesisUtterance(text)
  utterance.voice = voice
  utterance.lang = voice.lang
  utterance.rate = 0.9
  utterance.onend = utterance.onerror = () => (speaking = false)
  speaking = true
  synthesis.speak(utterance)
}

export function stopReading(): void {
  synthesis?.cancel()
  speaking = false
}
