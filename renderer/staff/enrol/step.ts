/** What every step of the enrolment gets from the stepper around it. */
import type { Answer } from '../../../main/api/answer.ts'
import type { Draft } from '../../../main/api/z-enrolment.ts'

export interface StepProps {
  draft: Draft
  /** a call is under way: buttons wait */
  busy: boolean
  /** Runs one call at a time, takes its draft over or shows why not; then goes on to `then`, if given. */
  work: (call: () => Promise<Answer<Draft>>, then?: () => void) => Promise<void>
  next: () => void
}
