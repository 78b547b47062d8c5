/**
 * What the printed slip says in the language on the screen. The words come from the screen, which has the texts; what
 * the slip proves (its code, office and request) comes from the host.
 */
import { z } from 'zod'

const zWords = z.string().trim().min(1).max(300)

export const zSlipWords = z.strictObject({
  title: zWords,
  office: zWords,
  when: zWords,
  /** the time of the request, as the language writes it */
  created: zWords,
  /** who made it, as the screen says it */
  officer: zWords,
  by: zWords,
  keep: zWords,
})
export type SlipWords = z.infer<typeof zSlipWords>
