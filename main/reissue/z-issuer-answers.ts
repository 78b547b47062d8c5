/** What the issuer answers on `/kiosk/*` (docs/processes.md). Anything else is nonsense. */
import { z } from 'zod'
import { zOfferState } from '../api/z-citizen.ts'
import { zInstant, zReceiptReason, zRequestId, zRequestState } from '../../sync/z-facts.ts'

export const zLookupAnswer = z.object({
  request: zRequestId.optional(),
  state: zRequestState.optional(),
  reason: zReceiptReason.optional(),
  created: zInstant.optional(),
})
export type LookupAnswer = z.infer<typeof zLookupAnswer>

export const zOfferAnswer = zLookupAnswer.extend({
  /** the finger that came with the question is not believed */
  refused: z.literal('finger').optional(),
  offer: z
    .object({
      id: z.string().regex(/^[A-Za-z0-9._~-]{1,200}$/),
      uri: z.string().startsWith('openid-credential-offer://').max(4_000),
      txCode: z.string().regex(/^\d{4,10}$/),
      expires: zInstant,
    })
    .optional(),
})
export type OfferAnswer = z.infer<typeof zOfferAnswer>

export const zOfferStateAnswer = zOfferState
