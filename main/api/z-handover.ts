/**
 * Inputs and outputs of what a kiosk and a phone do without a network: the phone shows the key that it holds, a request is
 * queued for that key, and what was sealed to it is handed over as codes (docs/qr-hand-over.md).
 */
import { z } from 'zod'
import { zInstant, zRequestId } from '../../sync/z-facts.ts'

/** Why the phone is asked for its key; it is in the code, so that the phone can say it. */
export const zPairingPurpose = z.enum(['reissue', 'collect'])
export type PairingPurpose = z.infer<typeof zPairingPurpose>

export const zPairing = z.object({
  pairing: z.string(),
  /** what the kiosk's code holds; the phone answers with a code of its own */
  qr: z.string(),
  expires: zInstant,
})
export type Pairing = z.infer<typeof zPairing>

export const zPairedPhone = z.object({
  /** four characters by which a person can tell two phones apart; both sides show them */
  mark: z.string().max(12),
  /** something lies here that was sealed to this phone */
  waiting: z.boolean(),
})
export type PairedPhone = z.infer<typeof zPairedPhone>

/** What comes after somebody was identified, and after the check of the finger. */
export const zPhoneWay = z.enum([
  /** ask the issuer for an offer now */
  'offer',
  /** no issuer can be asked: pair the phone and queue a request for its key */
  'queue',
  /** something lies here for the citizen's phone: pair it and hand it over */
  'collect',
])
export type PhoneWay = z.infer<typeof zPhoneWay>

export const zReissueReason = z.enum(['lost', 'replaced'])
export type ReissueReason = z.infer<typeof zReissueReason>

/** What the citizen takes along after a request was queued. */
export const zReissueTicket = z.object({
  request: zRequestId,
  created: zInstant,
  /** the slip's code, as for an enrolment */
  slip: z.string(),
  /** an offer that becomes good as soon as the issuer has the request: for phones that have a network of their own */
  later: z.object({ uri: z.string(), txCode: z.string(), until: zInstant }).optional(),
  /** whether a provisional credential may be handed over now, and until when it would be good */
  provisional: z.object({ validUntil: zInstant }).optional(),
})
export type ReissueTicket = z.infer<typeof zReissueTicket>

export const zHandOverWhat = z.enum(['credential', 'provisional'])
export type HandOverWhat = z.infer<typeof zHandOverWhat>

export const zHandOver = z.object({
  transfer: z.string(),
  what: zHandOverWhat,
  /** one text: it is all in one code; more: shown one after the other, over and over, and caught in any order */
  frames: z.array(z.string()).min(1),
  /** how many different ones a phone needs at the least */
  needed: z.number().int().positive(),
  bytes: z.number().int().positive(),
  validUntil: zInstant.optional(),
})
export type HandOver = z.infer<typeof zHandOver>
