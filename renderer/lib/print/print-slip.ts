/**
 * Prints a slip on the paper that the person at the desk chose. The roll is the kiosk's receipt printer, or whatever the
 * system prints on where the kiosk has none; A4 is always the system's. Both are views of the slip on the screen
 * (staff/slip-print.css).
 */
import { ask, type Refusal } from '../api/ask.ts'
import { api } from '../app.svelte.ts'
import { formatDateTime, t } from '../i18n/i18n.svelte.ts'
import { officerText } from '../claims/officer-text.ts'
import type { Slip } from '../../../main/api/z-enrolment.ts'
import type { SlipWords } from '../../../main/api/z-slip-words.ts'

export type Paper = 'roll' | 'a4'

/** What the slip says, in the language on the screen. */
export const slipWords = (slip: Slip): SlipWords => ({
  title: t('staff.slip.title'),
  office: t('staff.slip.office'),
  when: t('staff.slip.when'),
  created: formatDateTime(slip.created),
  officer: t('staff.requests.officer'),
  by: officerText(slip.officer),
  keep: t('staff.slip.keep'),
})

/** @returns why it is not on paper, or undefined */
export async function printSlip(slip: Slip, paper: Paper): Promise<Refusal | undefined> {
  if (paper === 'a4') return printPage(paper)
  const answer = await ask(api.requests.printSlip.mutate({ id: slip.request, words: slipWords(slip) }))
  if (answer.ok) return undefined
  if (answer.code !== 'printer.absent') return answer
  return printPage(paper)
}

/** Resolves when the system's window is closed; the view is chosen by the paper's name. */
function printPage(paper: Paper): undefined {
  document.documentElement.dataset['paper'] = paper
  window.print()
  delete document.documentElement.dataset['paper']
}
