/** The passport or identity card in the card step: what opens it, how reading goes on, and what came of it. */
import { z } from 'zod'

/** YYMMDD, as in the zone */
const zZoneDate = z.string().regex(/^[0-9<]{6}$/)

export const zAccessKey = z.union([
  z.object({ mrz: z.string().min(72).max(120) }),
  z.object({
    documentNumber: z.string().min(1).max(22),
    dateOfBirth: zZoneDate,
    dateOfExpiry: zZoneDate,
  }),
  z.object({ can: z.string().regex(/^[0-9]{6}$/) }),
])
export type AccessKeyInput = z.infer<typeof zAccessKey>

/** Told while the chip is read. */
export const zReadingStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('waiting') }),
  z.object({ step: z.literal('opening') }),
  z.object({ step: z.literal('checking') }),
  /** bytes of the portrait's file; 0 of 0 before it begins */
  z.object({ step: z.literal('reading'), done: z.number(), of: z.number() }),
])
export type ReadingStep = z.infer<typeof zReadingStep>

/** What a draft shows of the document that was read. */
export const zReadDocument = z.object({
  access: z.enum(['pace', 'bac']),
  /** whether the chip showed that it is no copy */
  chip: z.enum(['authenticated', 'not-offered']),
  /** two letters, of the country certificate under which it was signed */
  country: z.string(),
  hasPortrait: z.boolean(),
  /** names of the form's fields that still hold what the document said */
  fields: z.array(z.string()),
})
export type ReadDocument = z.infer<typeof zReadDocument>

export const zRecognised = z.enum(['office-card', 'travel-document', 'unknown'])
