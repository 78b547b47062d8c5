/** What goes on a stick and what lies on one, as the staff's screen sees it. Never who a citizen is. */
import { z } from 'zod'
import { zExportWhat, type ExportWhat } from '../../sync/bundle/z-export-what.ts'
import { zRequestId, zRequestState } from '../../sync/z-facts.ts'

export { zExportWhat, type ExportWhat }

/** A bundle of another kiosk that this one carries. */
export const zCarriedRow = z.object({
  /** SHA-256 of its head */
  id: z.string(),
  kiosk: z.string(),
  /** of all of it; here on this disk; of these with the issuer */
  bytes: z.number(),
  heldBytes: z.number(),
  sentBytes: z.number(),
  refused: z.boolean(),
})
export type CarriedRow = z.infer<typeof zCarriedRow>

export const zStickSurvey = z.object({
  requests: z.number().int(),
  bytes: z.number(),
  carried: z.array(zCarriedRow),
})
export type StickSurvey = z.infer<typeof zStickSurvey>

export const zStickProgress = z.object({
  /** bytes that are done, of how many */
  done: z.number(),
  total: z.number(),
  /** seconds still at the speed so far; absent until that is known */
  seconds: z.number().int().optional(),
})
export type StickProgress = z.infer<typeof zStickProgress>

export const zStickWritten = z.object({
  medium: z.string(),
  requests: z.number().int(),
  bytes: z.number(),
  /** were on it from a try before */
  found: z.number(),
  /** payloads that are no longer on this disk, and went without */
  left: z.number().int(),
  /** bundles of other kiosks that went with it */
  carried: z.number().int(),
})
export type StickWritten = z.infer<typeof zStickWritten>

export const zOnStick = z.object({
  name: z.string(),
  kind: z.enum(['requests', 'receipts']).optional(),
  kiosk: z.string().optional(),
  bytes: z.number(),
  thereBytes: z.number(),
  verdict: z.enum([
    'take',
    'own',
    'known',
    'elsewhere',
    'version',
    'unreadable',
    'signature',
    'foreign',
    'index',
  ]),
})
export type OnStick = z.infer<typeof zOnStick>

export const zStickTaken = z.object({
  medium: z.string(),
  newAnswers: z.number().int(),
  /** requests that stand otherwise now */
  news: z.array(z.object({ id: zRequestId, before: zRequestState, state: zRequestState })),
  carried: z.array(z.object({ kiosk: z.string(), bytes: z.number(), whole: z.boolean() })),
  /** names of bundles that are damaged */
  refused: z.array(z.string()),
})
export type StickTaken = z.infer<typeof zStickTaken>
