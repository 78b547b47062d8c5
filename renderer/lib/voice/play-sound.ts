/** Plays one of the kiosk's own sounds. */
import { noteShape, sounds, type SoundName } from './sounds.ts'

export function play(name: SoundName): void {
  try {
    const audio = new AudioContext()
    const ends = sounds[name].map(({ hertz, at }) => sing(audio, hertz, audio.currentTime + at))
    const last = ends.at(-1)
    if (last) last.onended = () => void audio.close()
  } catch {
    // No sound device.
  }
}

function sing(audio: AudioContext, hertz: number, start: number): OscillatorNode {
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.frequency.value = hertz
  volume.gain.setValueAtTime(0.0001, start)
  volume.gain.exponentialRampToValueAtTime(noteShape.loudest, start + noteShape.swell)
  volume.gain.exponentialRampToValueAtTime(0.0001, start + noteShape.length)
  tone.connect(volume).connect(audio.destination)
  tone.start(start)
  tone.stop(start + noteShape.length + 0.05)
  return tone
}
