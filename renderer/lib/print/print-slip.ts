/** Prints a slip: on the kiosk's receipt printer, or on whatever the system prints on where the kiosk has none. */
import { ask, type Refusal } from '../api/ask.ts'
import { api } from '../app.svelte.ts'
import { formatDateTime, t } from '../i18n/i18n.svelte.ts'
import type { Slip } from '../../../main/api/z-enrolment.ts'
import type { SlipWords } from '../../../main/api/z-slip-words.ts'

/** What the slip says, in the language on the screen. */
export const slipWords = (slip: Slip): SlipWords => ({
  title: t('staff.slip.title'),
  office: t('staff.slip.office'),
  when: t('staff.slip.when'),
  created: formatDateTime(slip.created),
  keep: t('staff.slip.keep'),
})

/** @returns why it is not on paper, or undefined */
export async function printSlip(slip: Slip): Promise<Refusal | undefined> {
  const answer = await ask(api.requests.printSlip.mutate({ id: slip.request, words: slipWords(slip) }))
  if (answer.ok) return undefined
  if (answer.code !== 'printer.absent') return answer
  window.print()
  return undefined
}
