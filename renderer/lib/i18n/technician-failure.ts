/** What a failure says to the technician; apart, so that the citizen's door does not load it. */
import type { FailureCode } from '../../../main/api/failure.ts'
import { languageOf, t } from './i18n.svelte.ts'
import type { Language } from '../../../main/api/z-enrolment.ts'

/** @returns what happened, what was kept, what to do now, for whoever looks after the kiosk */
export const technicianText = (code: FailureCode): string => t(`failure.${code}.technician`)

/** @returns the language in which it says so */
export const technicianTextIn = (code: FailureCode): Language => languageOf(`failure.${code}.technician`)
