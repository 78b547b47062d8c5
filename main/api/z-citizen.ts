/** Inputs and outputs of the self-service door. */
import { z } from 'zod'
import { zTrustOrigin } from './z-trust.ts'
import { zFingerCheck } from './z-finger-check.ts'
import { zPhoneWay } from './z-handover.ts'
import { zInstant, zReceiptReason, zRequestId, zRequestState } from '../../sync/z-facts.ts'

/** What a citizen is told after identifying; nothing of it is kept by the page after the session. */
export const zIdentified = z.object({
  /** a handle for this session only, not the request id */
  handle: z.string(),
  by: z.enum(['card', 'slip']),
  request: z
    .object({ id: zRequestId, state: zRequestState, reason: zReceiptReason.optional(), created: zInstant })
    .optional(),
  /** what is asked before an offer; absent where nothing is */
  check: zFingerCheck.optional(),
  /** what "put my ID on a phone" leads to, as far as can be told now */
  phone: zPhoneWay,
})
export type Identified = z.infer<typeof zIdentified>

export const zOffer = z.object({
  offer: z.string(),
  /** `openid-credential-offer://…`, what the QR shows */
  uri: z.string(),
  txCode: z.string(),
  expires: zInstant,
})
export type Offer = z.infer<typeof zOffer>

export const zOfferState = z.object({
  state: z.enum(['waiting', 'opened', 'collected', 'expired', 'unknown']),
})
export type OfferState = z.infer<typeof zOfferState>

export const zCardView = z.object({
  claims: z.array(z.object({ name: z.string(), value: z.string() })),
  /** data: URL of the small portrait on the card */
  portrait: z.string().optional(),
})
export type CardView = z.infer<typeof zCardView>

export const zPurpose = z.enum(['prove-residence', 'prove-adult', 'identify'])
export type Purpose = z.infer<typeof zPurpose>

/** How a phone answers: by a code that it shows, or over a network of its own. */
export const zAnswerWay = z.enum(['code', 'network'])
export type AnswerWay = z.infer<typeof zAnswerWay>

export const zPresentationRequest = z.object({
  id: z.string(),
  /** what the request QR holds */
  qr: z.string(),
  purpose: zPurpose,
  claims: z.array(z.string()),
  expires: zInstant,
})
export type PresentationRequest = z.infer<typeof zPresentationRequest>

export const zRevealed = z.object({
  claims: z.array(z.object({ name: z.string(), value: z.string() })),
  /** its DID */
  issuer: z.string(),
  /** what people call it, as the signed trust list says */
  issuerName: z.string().optional(),
  format: z.enum(['dc+sd-jwt', 'ldp_vc', 'mso_mdoc']),
  /** days since the list of withdrawn IDs that was consulted was made */
  statusAgeDays: z.number(),
  /** an office gave it out until the real one comes */
  provisional: z.object({ office: z.string(), until: zInstant }).optional(),
  /** why the issuer's key is believed */
  trust: zTrustOrigin.optional(),
})
export type Revealed = z.infer<typeof zRevealed>
