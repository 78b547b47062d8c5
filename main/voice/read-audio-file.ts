/** What a file is, told by its bytes and never by its name: it came on a stick. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { recordingLimits, type AudioType } from '../api/z-voice.ts'
import { mp3Seconds } from './mp3-seconds.ts'
import { oggSeconds } from './ogg-seconds.ts'
import { wavSeconds } from './wav-seconds.ts'

export interface AudioFile {
  type: AudioType
  seconds: number
}

const kinds: readonly [AudioType, (bytes: Buffer) => number | undefined][] = [
  ['audio/wav', wavSeconds],
  ['audio/ogg', oggSeconds],
  ['audio/mpeg', mp3Seconds],
]

/** @returns what plays how long; `voice.too-large`, `voice.not-audio`, `voice.too-long` */
export function readAudioFile(content: Uint8Array): Result<AudioFile, Failure> {
  if (content.length > recordingLimits.bytes) return err({ code: 'voice.too-large' })
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (const [type, secondsOf] of kinds) {
    const seconds = secondsOf(bytes)
    if (seconds === undefined) continue
    if (!(seconds > 0)) return err({ code: 'voice.not-audio' })
    return seconds > recordingLimits.seconds ? err({ code: 'voice.too-long' }) : ok({ type, seconds })
  }
  return err({ code: 'voice.not-audio' })
}
