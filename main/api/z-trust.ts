/** Why an issuer is believed, and what a technician sees of it. */
import { z } from 'zod'

const zInstant = z.iso.datetime()

export const zTrustOrigin = z.object({
  /** who looked last: this kiosk, or the issuer whose signed list (the snapshot) is kept here */
  seenBy: z.enum(['kiosk', 'issuer']),
  /** `list`: the signed list names the key; `own`: the key is in the DID; else where its document was read */
  by: z.enum(['list', 'own', 'web', 'ledger']),
  at: zInstant,
  /** of the ledger, the block at which it was read */
  block: z.number().int().nonnegative().optional(),
})
export type TrustOrigin = z.infer<typeof zTrustOrigin>
