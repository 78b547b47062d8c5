/** What the status bar, the Today screen and the request list show. */
import { z } from 'zod'
import { zDevice } from '../../hardware/z-device.ts'
import { zLimitState } from '../../sync/limits.ts'
import { zLinkState } from '../../sync/link.ts'
import { zInstant, zReceiptReason, zRequestId, zRequestState } from '../../sync/z-facts.ts'

export type { LinkState } from '../../sync/link.ts'

export const zKioskStatus = z.object({
  now: zInstant,
  link: zLinkState,
  /** the last time the issuer answered as it should */
  lastContact: zInstant.optional(),
  queue: z.object({
    waiting: z.number().int(),
    bytesToGo: z.number().int(),
    oldest: zInstant.optional(),
    /** seconds until done at the speed of the last minutes; absent when unknown */
    etaSeconds: z.number().optional(),
  }),
  /** bytes per second that the issuer acknowledged of late */
  bytesPerSecond: z.number().optional(),
  /** of the issuer's clock against this one; absent until it was heard */
  skewSeconds: z.number().int().optional(),
  /** limits of which half is used or more, the nearest to its end first */
  limits: z.array(zLimitState),
  /** kinds of work on the link that make no progress though they should */
  faults: z.array(
    z.object({
      lane: z.enum(['facts', 'answers', 'payloads']),
      code: z.enum(['stalled', 'failing']),
      since: zInstant,
    }),
  ),
  /** what could not be read and is kept apart: technical, without personal data; the newest first */
  setAside: z.array(
    z.object({ kind: z.enum(['database', 'document', 'payload']), reason: z.string(), at: zInstant }),
  ),
  /** what the last cleaning up gave back, in bytes */
  givenBack: z
    .object({ at: zInstant, payloadBytes: z.number(), databaseBytes: z.number(), ms: z.number() })
    .optional(),
  devices: z.array(zDevice),
})
export type KioskStatus = z.infer<typeof zKioskStatus>

/** as the facts fold, or of one that waits here for a supervisor and has no facts yet */
export const zShownState = z.enum(['approval', ...zRequestState.options])
export type ShownState = z.infer<typeof zShownState>

export const zRequestRow = z.object({
  id: zRequestId,
  kind: z.enum(['enrolment', 'reissue', 'collection', 'provision']),
  created: zInstant,
  officer: z.string(),
  state: zShownState,
  reason: zReceiptReason.optional(),
  bytesToGo: z.number().int(),
  /** why it cannot go on by itself: the issuer's store would not take it, or a payload here is damaged or gone */
  stopped: z.enum(['document-refused', 'payload-refused', 'payload-damaged']).optional(),
})
export type RequestRow = z.infer<typeof zRequestRow>

export const zTimelineEntry = z.object({
  at: zInstant,
  state: zShownState,
  reason: zReceiptReason.optional(),
  by: z.enum(['kiosk', 'issuer']),
})
export const zRequestDetail = zRequestRow.extend({
  timeline: z.array(zTimelineEntry),
  slip: z.string(),
  /** technical, in English: what the issuer's store said, or what is wrong with the payload */
  stoppedBecause: z.string().optional(),
})
export type RequestDetail = z.infer<typeof zRequestDetail>

/** What came of sending again what the issuer would not take. */
export const zOffered = z.object({
  outcome: z.enum(['taken', 'being-sent', 'refused-again', 'not-refused']),
})
export type Offered = z.infer<typeof zOffered>

/** What the Today screen tells of requests. */
export const zToday = z.object({
  /** saved on the calendar day of this kiosk */
  saved: z.number().int(),
  /** may be collected */
  ready: z.number().int(),
  /** refused, or in need of somebody; the newest first, of which no more than the screen shows */
  troubled: z.array(zRequestRow),
})
export type Today = z.infer<typeof zToday>
