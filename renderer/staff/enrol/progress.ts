/** How far a draft is, from what it holds: what the stepper shows and where it lets one go. Pure functions. */
import type { Draft, EnrolmentStep } from '../../../main/api/z-enrolment.ts'

export const stepOrder: EnrolmentStep[] = ['card', 'form', 'portrait', 'fingers', 'consent', 'sign']

/** @returns whether the work of that step is done */
export function isDone(draft: Draft, step: EnrolmentStep): boolean {
  switch (step) {
    case 'card':
      return draft.card !== 'not-read'
    case 'form':
      return draft.problems.length === 0
    case 'portrait':
      return draft.hasPortrait
    case 'fingers':
      return draft.slaps.length > 0 && draft.slaps.every(({ done }) => done)
    case 'consent':
      return draft.consent !== undefined
    case 'sign':
      return false
  }
}

/** @returns whether one may go there: back always, forward only over what is done */
export function mayGoTo(draft: Draft, step: EnrolmentStep): boolean {
  const to = stepOrder.indexOf(step)
  if (to <= stepOrder.indexOf(draft.step)) return true
  return stepOrder.slice(0, to).every((before) => isDone(draft, before))
}

export const doneCount = (draft: Draft): number => stepOrder.filter((step) => isDone(draft, step)).length
