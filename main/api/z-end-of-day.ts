/** What stands on the page that ends a day. Counts, and nothing of any citizen. */
import { z } from 'zod'
import { zInstant } from '../../sync/z-facts.ts'

export const zDayRow = z.object({
  kind: z.enum(['enrolment', 'reissue', 'collection', 'provision']),
  /** the issuer has it */
  sent: z.number().int(),
  /** here, and not with the issuer yet */
  waiting: z.number().int(),
  /** refused, or in need of somebody */
  attention: z.number().int(),
})
export type DayRow = z.infer<typeof zDayRow>

export const zDayReport = z.object({
  /** calendar day of this kiosk, `YYYY-MM-DD` */
  day: z.iso.date(),
  /** what was saved on that day, by kind; kinds of which there is none are left out */
  rows: z.array(zDayRow),
  /** signed, and a supervisor has not looked yet */
  approvals: z.number().int(),
  drafts: z.number().int(),
  /** of all days: what the issuer has not got */
  unsent: z.object({ count: z.number().int(), bytes: z.number().int(), oldest: zInstant.optional() }),
  /** whether the log of what people did and the queue on the disk tell the same */
  agreement: z.object({
    /** in the log as saved, and not in the queue */
    missing: z.number().int(),
    /** in the queue, and not in the log */
    unrecorded: z.number().int(),
  }),
  /** when this day was closed last, and by whom */
  closed: z.object({ at: zInstant, by: z.string(), saved: z.number().int() }).optional(),
  /** days before it that were closed, the newest first */
  earlier: z.array(z.object({ at: zInstant, by: z.string(), saved: z.number().int() })),
})
export type DayReport = z.infer<typeof zDayReport>
