/** Four eyes, looked at again: whoever approved is on the list, may approve, and is not who enrolled. */
import { approvalReasons, type ApprovalPolicy } from '../../approval-policy.ts'
import type { ReceiptReason } from '../../z-facts.ts'
import type { Packet } from '../../z-packet.ts'

export interface ApprovalRules {
  policy: ApprovalPolicy
  /** the staff list as it was signed */
  staff: readonly { id: string; role: string }[]
}

/** @returns why it is refused; undefined where it was approved as it must be, or needs nobody */
export function approvalProblem(
  { staff, fingerprints, portraitOverride }: Pick<Packet, 'staff' | 'fingerprints' | 'portraitOverride'>,
  rules: ApprovalRules,
): ReceiptReason | undefined {
  const { officer, supervisor } = staff
  if (supervisor === undefined) {
    const reasons = approvalReasons(rules.policy, {
      exceptions: fingerprints.exceptions.length,
      portraitKept: portraitOverride !== undefined,
    })
    return reasons.length > 0 ? 'approval-missing' : undefined
  }
  const known = rules.staff.find(({ id }) => id === supervisor)
  return supervisor === officer || known?.role !== 'supervisor' ? 'approval-not-genuine' : undefined
}
