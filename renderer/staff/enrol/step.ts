/** What every step of the enrolment gets from the stepper around it. */
import type { Answer } from '../../../main/api/answer.ts'
import type { KioskInfo } from '../../../main/api/services.ts'
import type { Draft, Form } from '../../../main/api/z-enrolment.ts'
import type { KioskStatus } from '../../../main/api/z-status.ts'

export interface StepProps {
  draft: Draft
  /** the issuer's form; undefined until it is there */
  form: Form | undefined
  status: KioskStatus | undefined
  kiosk: KioskInfo | undefined
  /** a call is under way: buttons wait */
  busy: boolean
  /** Runs one call at a time, takes its draft over or shows why not; then goes on to `then`, if given. */
  work: (call: () => Promise<Answer<Draft>>, then?: () => void) => Promise<void>
  next: () => void
  goTo: (step: Draft['step']) => void
}
