/** A soft tone of this machine's own; a kiosk without a loudspeaker goes on without. */
export function beep(hertz = 660): void {
  try {
    const audio = new AudioContext()
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.frequency.value = hertz
    volume.gain.setValueAtTime(0.0001, audio.currentTime)
    volume.gain.exponentialRampToValueAtTime(0.25, audio.currentTime + 0.03)
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.45)
    tone.connect(volume).connect(audio.destination)
    tone.start()
    tone.stop(audio.currentTime + 0.5)
    tone.onended = () => void audio.close()
  } catch {
    // No sound device: the question is still to be seen.
  }
}
