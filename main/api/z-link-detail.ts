/** What the technician's link page shows beside the status that every screen has: why something does or does not go. */
import { z } from 'zod'
import { zDiaryChange, zDiaryHour } from '../../sync/link-diary.ts'
import { zSetAside } from '../../sync/set-aside.ts'
import { zInstant } from '../../sync/z-facts.ts'

export const zLaneDetail = z.object({
  lane: z.enum(['facts', 'answers', 'payloads']),
  running: z.boolean(),
  owes: z.boolean(),
  failures: z.number().int(),
  lastProgress: zInstant.optional(),
  /** absent while it runs, and while it waits for the link */
  nextSeconds: z.number().optional(),
  /** technical, in English */
  cause: z.string().optional(),
})
export type LaneDetail = z.infer<typeof zLaneDetail>

export const zLinkDetail = z.object({
  /** where the issuer is asked; absent until the kiosk was commissioned */
  issuerUrl: z.string().optional(),
  /** since the last contact, by the honest clock; absent while there was none */
  contactSeconds: z.number().optional(),
  lanes: z.array(zLaneDetail),
  setAside: z.array(zSetAside.extend({ place: z.string() })),
  /** where all of that lies */
  setAsideFolder: z.string(),
})
export type LinkDetail = z.infer<typeof zLinkDetail>

export const zDiary = z.object({ hours: z.array(zDiaryHour), changes: z.array(zDiaryChange) })
export type Diary = z.infer<typeof zDiary>
