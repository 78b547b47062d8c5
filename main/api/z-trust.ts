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

/** What stands against a key, or that nothing does. */
export const zKeyState = z.enum(['good', 'retired', 'revoked', 'gone'])
export type KeyState = z.infer<typeof zKeyState>

export const zDidTroubleSeen = z.enum([
  'did-malformed',
  'no-ledger',
  'wrong-chain',
  'unreachable',
  'refused',
  'unfit',
])
export type DidTroubleSeen = z.infer<typeof zDidTroubleSeen>

const zBelievedIssuer = z.object({
  did: z.string(),
  name: z.string().optional(),
  /** commissioned this kiosk */
  own: z.boolean(),
  keys: z.array(
    z.object({
      id: z.string(),
      state: zKeyState,
      from: zInstant.optional(),
      until: zInstant.optional(),
      revoked: zInstant.optional(),
    }),
  ),
  deactivated: z.boolean(),
  /** what the keys are known from; absent while nobody has seen its document, and before the first list */
  origin: zTrustOrigin.optional(),
  /** why this kiosk's own last try gave nothing */
  trouble: zDidTroubleSeen.optional(),
})
export type BelievedIssuer = z.infer<typeof zBelievedIssuer>

export const zTrustView = z.object({
  issuers: z.array(zBelievedIssuer),
  /** of the signed list that is kept here */
  issued: zInstant.optional(),
  until: zInstant.optional(),
  /** by which node this kiosk reads the ledger itself */
  ledger: z.object({ chainId: z.number(), registry: z.string(), host: z.string() }).optional(),
  now: zInstant,
})
export type TrustView = z.infer<typeof zTrustView>
