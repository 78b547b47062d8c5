/** A short soft tone, for a warning that must also be heard. Where the page may make no sound there is none. */
export function soundBell(): void {
  try {
    const audio = new AudioContext()
    const tone = audio.createOscillator()
    const loudness = audio.createGain()
    tone.frequency.value = 660
    loudness.gain.setValueAtTime(0.2, audio.currentTime)
    loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.9)
    tone.connect(loudness).connect(audio.destination)
    tone.onended = () => void audio.close()
    tone.start()
    tone.stop(audio.currentTime + 0.9)
  } catch {
    // A machine without sound: the warning is seen.
  }
}
