/** When a second person must have looked at an enrolment: the issuer says it, the kiosk keeps it, the issuer checks it again. */
import { z } from 'zod'

/** The content of `master:policy`. */
export const zApprovalPolicy = z.object({
  /** nobody's, whatever an officer had to decide for the citizen, or everybody's */
  approval: z.enum(['never', 'exceptions', 'always']),
})
export type ApprovalPolicy = z.infer<typeof zApprovalPolicy>

/** Before the issuer has said anything, and of an issuer that says nothing. */
export const noApproval: ApprovalPolicy = { approval: 'never' }

export const zApprovalReason = z.enum(['policy', 'finger-exceptions', 'portrait-kept'])
export type ApprovalReason = z.infer<typeof zApprovalReason>

export interface Decided {
  /** fingers that were left out */
  exceptions: number
  /** a portrait was kept although the check found something */
  portraitKept: boolean
}

/** @returns why somebody else must look at it; empty where nobody has to */
export function approvalReasons({ approval }: ApprovalPolicy, decided: Decided): ApprovalReason[] {
  if (approval === 'never') return []
  const found: ApprovalReason[] = []
  if (decided.exceptions > 0) found.push('finger-exceptions')
  if (decided.portraitKept) found.push('portrait-kept')
  return found.length === 0 && approval === 'always' ? ['policy'] : found
}
