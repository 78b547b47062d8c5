/** What the phone keeps, besides its keys. It lies encrypted as one document, so that it is never half of two states. */
import { z } from 'zod'

const zInstant = z.number()

export const zKeptId = z.object({
  id: z.string(),
  sdJwt: z.string(),
  /** DID of the issuer, also where a kiosk signed for it */
  issuer: z.string(),
  provisional: z.boolean(),
  received: zInstant,
})
export type KeptId = z.infer<typeof zKeptId>

/** A credential that will come: asked for, and not there yet. */
export const zAwaited = z.object({
  id: z.string(),
  offer: z.object({
    issuer: z.string(),
    configurations: z.array(z.string()),
    code: z.string(),
    digits: z.number(),
  }),
  txCode: z.string(),
  /** of a code that was taken already */
  token: z.string().optional(),
  deferred: z
    .object({
      endpoint: z.string(),
      transaction: z.string(),
      token: z.string(),
      notices: z.string().optional(),
    })
    .optional(),
  since: zInstant,
  tried: zInstant,
})
export type Awaited = z.infer<typeof zAwaited>

const zLanguage = z.enum(['en', 'dz', 'ne'])
export type Language = z.infer<typeof zLanguage>

export const zWallet = z.object({
  version: z.literal(1),
  language: zLanguage.optional(),
  /** whom the citizen has agreed to take something from */
  issuers: z.array(z.object({ did: z.string(), since: zInstant })),
  ids: z.array(zKeptId),
  awaited: z.array(zAwaited),
})
export type Wallet = z.infer<typeof zWallet>

export const emptyWallet = (): Wallet => ({ version: 1, issuers: [], ids: [], awaited: [] })
