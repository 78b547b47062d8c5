/** What a supervisor sees of an enrolment that waits, and what may be said of it. */
import { z } from 'zod'
import { zApprovalReason } from '../../sync/approval-policy.ts'
import { zInstant, zRequestId } from '../../sync/z-facts.ts'

/** What is wrong, each at the step where it is mended. */
export const zReturnReason = z.enum(['details', 'identity', 'portrait', 'fingers', 'consent', 'other'])
export type ReturnReason = z.infer<typeof zReturnReason>

/** in the supervisor's own words, for the officer */
export const zReturnNote = z.string().trim().max(300)

export const zReturned = z.object({ at: zInstant, reason: zReturnReason, note: zReturnNote.optional() })

export const zWaitingRow = z.object({
  id: zRequestId,
  /** of the citizen */
  name: z.string(),
  since: zInstant,
  officer: z.string(),
  why: z.array(zApprovalReason),
  /** whoever looks has enrolled it and may not approve it */
  own: z.boolean(),
})
export type WaitingRow = z.infer<typeof zWaitingRow>

/** One field as it was typed and as the card or the passport says it. */
export const zComparison = z.object({
  field: z.string(),
  typed: z.string(),
  /** undefined where the document does not say it */
  document: z.string().optional(),
  same: z.boolean(),
})
export type Comparison = z.infer<typeof zComparison>
