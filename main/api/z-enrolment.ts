/** Inputs and outputs of the enrolment procedures. */
import { z } from 'zod'
import { zReturned } from './z-approval.ts'
import { zReadDocument } from './z-travel-document.ts'
import { zExceptionReason, zFinger, zPortraitOverride } from '../../sync/z-packet.ts'
import { zInstant, zRequestId } from '../../sync/z-facts.ts'

export const zLanguage = z.enum(['en', 'dz', 'ne'])
export type Language = z.infer<typeof zLanguage>

export const zEnrolmentStep = z.enum(['card', 'form', 'portrait', 'fingers', 'consent', 'sign'])
export type EnrolmentStep = z.infer<typeof zEnrolmentStep>

/** One text in each language that the issuer gave it in. */
export const zLocalText = z.object({ en: z.string(), dz: z.string().optional(), ne: z.string().optional() })

export const zFormField = z.object({
  name: z.string(),
  label: zLocalText,
  hint: zLocalText.optional(),
  kind: z.enum(['text', 'dzongkha-text', 'cid', 'date', 'choice', 'dzongkhag', 'gewog']),
  required: z.boolean(),
  maxLength: z.number().int().optional(),
  choices: z.array(z.object({ value: z.string(), label: zLocalText })).optional(),
  /** for `gewog`: the field that holds the dzongkhag it depends on */
  linkedTo: z.string().optional(),
})
export type FormField = z.infer<typeof zFormField>

/** The form as a screen draws it, made from the issuer's JSON schema. */
export const zForm = z.object({
  schemaVersion: z.number().int(),
  title: zLocalText,
  sections: z.array(z.object({ title: zLocalText, fields: z.array(zFormField) })),
  /** dzongkhag → its gewogs, with their labels */
  places: z.array(
    z.object({
      value: z.string(),
      label: zLocalText,
      gewogs: z.array(z.object({ value: z.string(), label: zLocalText })),
    }),
  ),
})
export type Form = z.infer<typeof zForm>

export const zFieldProblem = z.object({
  field: z.string(),
  problem: z.enum([
    'required',
    'too-long',
    'not-a-cid',
    'not-a-date',
    'date-in-future',
    'not-a-choice',
    'not-in-dzongkhag',
    'wrong-script',
  ]),
})
export type FieldProblem = z.infer<typeof zFieldProblem>

export const zSlap = z.enum(['left', 'right', 'thumbs'])
export type Slap = z.infer<typeof zSlap>

export const zFingerException = z.object({ finger: zFinger, reason: zExceptionReason })

export { zPortraitOverride }
export type PortraitOverride = z.infer<typeof zPortraitOverride>

export const zDraft = z.object({
  id: zRequestId,
  opened: zInstant,
  changed: zInstant,
  officer: z.string(),
  reason: z.enum(['new', 'lost', 'correction']),
  step: zEnrolmentStep,
  fields: z.record(z.string(), z.string()),
  problems: z.array(zFieldProblem),
  card: z.enum(['not-read', 'verified', 'travel-document', 'skipped']),
  /** of the passport, where one was read */
  travelDocument: zReadDocument.optional(),
  hasPortrait: z.boolean(),
  /** the portrait is kept although the check found something */
  portraitOverride: zPortraitOverride.optional(),
  slaps: z.array(
    z.object({
      slap: zSlap,
      tries: z.number().int(),
      /** quality reached for every finger that is not an exception, or all are exceptions, or the tries are used up */
      done: z.boolean(),
      fingers: z.array(z.object({ finger: zFinger, quality: z.number(), met: z.boolean() })),
      exceptions: z.array(zFingerException),
    }),
  ),
  /** the finger of which a template for the check at this kiosk was made */
  checkTemplate: z.object({ finger: zFinger }).optional(),
  consent: z.object({ at: zInstant, language: zLanguage }).optional(),
  /** a supervisor has sent it back: why, and who */
  returned: zReturned.extend({ by: z.string() }).optional(),
})
export type Draft = z.infer<typeof zDraft>

export const zSlip = z.object({
  request: zRequestId,
  created: zInstant,
  office: z.string(),
  kiosk: z.string(),
  officer: z.string(),
  /** it is not sent yet: a supervisor has to look at it first */
  waits: z.literal('approval').optional(),
  /** what the slip's QR holds: `btkiosk:slip:1:<request>:<check>` */
  qr: z.string(),
})
export type Slip = z.infer<typeof zSlip>
