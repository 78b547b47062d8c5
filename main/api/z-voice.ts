/** Recordings that read the texts of the citizen's screens aloud, as screen and host speak of them. */
import { z } from 'zod'
import { zLanguage } from './z-enrolment.ts'

/** The key of a text, as `citizen.choose.title`; nothing that could be a path. */
export const zTextKey = z
  .string()
  .max(120)
  .regex(/^[a-z][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)+$/)

export const zAudioType = z.enum(['audio/wav', 'audio/ogg', 'audio/mpeg'])
export type AudioType = z.infer<typeof zAudioType>

/** A minute of a quiet voice. A recording has to fit into one message to the page. */
export const recordingLimits = { bytes: 1_500_000, seconds: 60 } as const

export const zRecordingName = z.strictObject({ key: zTextKey, language: zLanguage })
export type RecordingName = z.infer<typeof zRecordingName>

export const zRecording = z.strictObject({
  ...zRecordingName.shape,
  type: zAudioType,
  bytes: z.number().int().positive(),
  seconds: z.number().positive(),
  /** SHA-256 of the file, hex */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type Recording = z.infer<typeof zRecording>

/** Base64; what is longer than the limit is not even decoded. */
export const zAudioBase64 = z.base64().max(Math.ceil((recordingLimits.bytes * 4) / 3) + 400_000)
