/** What a screen sees of a draft, and what a draft still lacks. Pure functions. */
import type { Draft, EnrolmentStep, FieldProblem } from '../api/z-enrolment.ts'
import { slaps, untouched, type SlapState } from './finger-rules.ts'
import type { StoredDraft } from './z-stored-draft.ts'

/** @param people the names that belong to the stored ids */
export function viewOf(
  draft: StoredDraft,
  problems: FieldProblem[],
  people: { officer: string; supervisor: string },
): Draft {
  return {
    id: draft.id,
    opened: draft.opened,
    changed: draft.changed,
    officer: people.officer,
    reason: draft.reason,
    step: draft.step,
    fields: draft.fields,
    problems,
    card: draft.card.state,
    ...documentOf(draft),
    hasPortrait: draft.portrait !== undefined,
    ...(draft.portrait?.override && { portraitOverride: draft.portrait.override }),
    slaps: slaps.map((slap) => slapOf(draft, slap)),
    ...(draft.checkTemplate && { checkTemplate: { finger: draft.checkTemplate.finger } }),
    ...(draft.consent && { consent: draft.consent }),
    ...(draft.returned && { returned: { ...draft.returned, by: people.supervisor } }),
  }
}

function documentOf({ card, fields }: StoredDraft): Pick<Draft, 'travelDocument'> {
  if (card.state !== 'travel-document') return {}
  const { access, chip, country, filled, portrait } = card
  const names = Object.keys(filled).filter((name) => fields[name] === filled[name])
  return { travelDocument: { access, chip, country, hasPortrait: portrait !== undefined, fields: names } }
}

/** @returns the slap as far as it was captured */
export function slapOf(draft: StoredDraft, slap: SlapState['slap']): SlapState {
  return draft.slaps.find((one) => one.slap === slap) ?? untouched(slap)
}

/** @returns the first step whose work is not done, consent aside; undefined when the citizen may review it all */
export function firstGap(draft: StoredDraft, problems: readonly FieldProblem[]): EnrolmentStep | undefined {
  if (draft.card.state === 'not-read') return 'card'
  if (problems.length > 0) return 'form'
  if (!draft.portrait) return 'portrait'
  if (!slaps.every((slap) => slapOf(draft, slap).done)) return 'fingers'
  return undefined
}
