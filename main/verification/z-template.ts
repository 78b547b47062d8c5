/** A kept template, as it is inside its sealed record. */
import { z } from 'zod'
import { zRequestId } from '../../sync/z-facts.ts'

/** The fingers of a person, as the enrolment names them. */
export const zFingerName = z.enum([
  'Left Thumb',
  'Left IndexFinger',
  'Left MiddleFinger',
  'Left RingFinger',
  'Left LittleFinger',
  'Right Thumb',
  'Right IndexFinger',
  'Right MiddleFinger',
  'Right RingFinger',
  'Right LittleFinger',
])
export type FingerName = z.infer<typeof zFingerName>

/** What comes from a card; what is in the template is for the scanner to judge. */
export const zKnownFinger = z.object({ finger: zFingerName, template: z.instanceof(Uint8Array) })

export const zKeptTemplate = z.object({
  version: z.literal(1),
  request: zRequestId,
  finger: zFingerName,
  saved: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** base64 of what libfprint serialised */
  template: z.base64().max(50_000),
})
export type KeptTemplate = z.infer<typeof zKeptTemplate>
