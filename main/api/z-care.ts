/** What the workshop needs to look after a kiosk: its last messages, what to send to support, and the way back to new. */
import { z } from 'zod'
import { zInstant } from '../../sync/z-facts.ts'

/** One technical message; event names and figures, never personal data. */
export const zLogLine = z.object({
  at: zInstant,
  event: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})
export type LogLine = z.infer<typeof zLogLine>

/** What is on this disk and nowhere else. */
export const zUnsent = z.object({
  /** saved, and not with the issuer */
  requests: z.number().int(),
  /** signed, and no supervisor has looked */
  approvals: z.number().int(),
  drafts: z.number().int(),
  /** bytes that are carried for other kiosks */
  carriedBytes: z.number().int(),
  /** could not be read and is kept apart */
  setAside: z.number().int(),
})
export type Unsent = z.infer<typeof zUnsent>

/** what is typed by who means it; the same in every language */
export const resetWord = 'RESET'
export const zReset = z.object({ word: z.string().max(20), pin: z.string().min(1).max(32) })
