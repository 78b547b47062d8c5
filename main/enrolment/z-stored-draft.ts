/** A draft as it lies encrypted on the disk. The large pieces lie beside it and are named by their hash in here. */
import { z } from 'zod'
import { zDraft, zEnrolmentStep, zLanguage, zPortraitOverride } from '../api/z-enrolment.ts'
import { zReturned } from '../api/z-approval.ts'
import { zApprovalReason } from '../../sync/approval-policy.ts'
import { zFinger } from '../../sync/z-packet.ts'
import { zInstant, zRequestId, zSha256 } from '../../sync/z-facts.ts'

export const zStoredDraft = z.object({
  id: zRequestId,
  opened: zInstant,
  changed: zInstant,
  /** id, not name */
  officer: z.string(),
  reason: zDraft.shape.reason,
  step: zEnrolmentStep,
  fields: z.record(z.string(), z.string()),
  card: z.discriminatedUnion('state', [
    z.object({ state: z.literal('not-read') }),
    z.object({ state: z.literal('skipped') }),
    z.object({
      state: z.literal('verified'),
      file: z.base64url(),
      /** what it put into the form */
      filled: z.record(z.string(), z.string()).default({}),
      readAt: zInstant,
    }),
    z.object({
      state: z.literal('travel-document'),
      securityObject: z.base64url(),
      group1: z.base64url(),
      access: z.enum(['pace', 'bac']).default('pace'),
      chip: z.enum(['authenticated', 'not-offered']),
      country: z.string().default(''),
      /** what it put into the form */
      filled: z.record(z.string(), z.string()).default({}),
      /** the face as JPEG, and data group 2 whole; they lie beside the draft */
      portrait: zSha256.optional(),
      group2: zSha256.optional(),
      readAt: zInstant,
    }),
  ]),
  portrait: z.object({ sha256: zSha256, override: zPortraitOverride.optional() }).optional(),
  slaps: zDraft.shape.slaps,
  /** its template lies beside as a piece of that name */
  checkTemplate: z.object({ finger: zFinger, piece: z.string().max(60) }).optional(),
  consent: z.object({ at: zInstant, language: zLanguage }).optional(),
  /** the officer has signed; from then on nothing is changed until a supervisor has looked at it */
  signed: z.object({ at: zInstant, officer: z.string(), why: z.array(zApprovalReason).min(1) }).optional(),
  /** a supervisor has looked at it and has sent it back; gone with the next signature */
  returned: zReturned.extend({ supervisor: z.string() }).optional(),
})
export type StoredDraft = z.infer<typeof zStoredDraft>

/** The device-signed records of one slap, by finger. */
export const zSlapRecords = z.record(z.string(), z.string())
export type SlapRecords = z.infer<typeof zSlapRecords>
