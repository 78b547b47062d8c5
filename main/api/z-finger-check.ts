/** What a screen is told while a person puts a finger on the scanner. */
import { z } from 'zod'
import { zDeviceFault } from '../../hardware/z-device.ts'
import { zFinger } from '../../sync/z-packet.ts'
import { zDraft } from './z-enrolment.ts'
import { zFailureCode, zRetry } from './failure.ts'

/** Why somebody of the staff has to look. */
export const zOfficerWhy = z.enum(['no-template', 'tries-used', 'asked'])
export type OfficerWhy = z.infer<typeof zOfficerWhy>

/** What stands between an identified citizen and the offer for the phone. */
export const zFingerCheck = z.discriminatedUnion('state', [
  z.object({ state: z.literal('finger'), finger: zFinger }),
  /** any finger, sealed by the scanner to the issuer, which compares */
  z.object({ state: z.literal('sealed') }),
  z.object({ state: z.literal('officer'), why: zOfficerWhy }),
])
export type FingerCheck = z.infer<typeof zFingerCheck>

const zPress = [
  z.object({ kind: z.literal('finger'), status: z.enum(['none', 'needed', 'present']) }),
  z.object({ kind: z.literal('again'), hint: zDeviceFault }),
] as const
const zFailed = z.object({
  kind: z.literal('failed'),
  code: zFailureCode,
  retry: zRetry,
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})

/** The check of the citizen's finger. Ends with `match`, `officer` or `failed`. */
export const zCheckStep = z.discriminatedUnion('kind', [
  ...zPress,
  z.object({ kind: z.literal('no-match'), triesLeft: z.number().int(), hint: zDeviceFault.optional() }),
  z.object({ kind: z.literal('match') }),
  z.object({ kind: z.literal('officer'), why: zOfficerWhy }),
  zFailed,
])
export type CheckStep = z.infer<typeof zCheckStep>

/** The making of a template. Ends with `kept` or `failed`. */
export const zTemplateStep = z.discriminatedUnion('kind', [
  ...zPress,
  z.object({
    kind: z.literal('stage'),
    done: z.number().int(),
    of: z.number().int(),
    hint: zDeviceFault.optional(),
  }),
  z.object({ kind: z.literal('kept'), draft: zDraft }),
  zFailed,
])
export type TemplateStep = z.infer<typeof zTemplateStep>
