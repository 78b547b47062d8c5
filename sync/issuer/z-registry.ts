/** What the issuer remembers of kiosks, codes and requests. */
import { z } from 'zod'
import { zP256PublicJwk } from '../../main/credentials/keys.ts'
import { zInstant, zReceiptReason, zReceiptState, zSha256 } from '../z-facts.ts'

export const zKiosk = z.object({
  kind: z.literal('kiosk'),
  id: z.string(),
  office: z.string(),
  jwk: zP256PublicJwk,
  user: z.string(),
  salt: z.string(),
  /** SHA-256 of salt and password: the password is 256 bits that the issuer made, so nothing slow is needed */
  secretHash: z.string().optional(),
  /** scrypt, of kiosks that have not signed in since */
  passwordHash: z.string().optional(),
  /** since when it is in wrong hands: nothing of it is taken any more */
  stolen: zInstant.optional(),
  /** it has signed in once, so the answer to its commissioning has arrived */
  proven: z.boolean().optional(),
})
export type KioskEntry = z.infer<typeof zKiosk>

export const zCode = z.object({
  kind: z.literal('code'),
  office: z.string(),
  /** ms since 1970 */
  until: z.number(),
  /** the kiosk that was commissioned with it */
  kiosk: z.string().optional(),
})
export type CodeEntry = z.infer<typeof zCode>

export const zRequestEntry = z.object({
  kind: z.literal('request'),
  id: z.string(),
  kiosk: z.string(),
  created: zInstant,
  state: zReceiptState,
  reason: zReceiptReason.optional(),
  seq: z.number().int(),
  /** HMAC of the CID */
  tag: z.string().optional(),
  /** encrypted JSON of the claims, once they were checked */
  claims: z.string().optional(),
  statusIndex: z.number().int().optional(),
  /** the reason that it holds for its citizen until it has ended, so that nobody asks for the same twice */
  claim: z.string().optional(),
  /** what was sealed to the citizen's phone and lies at the kiosks of the office */
  delivery: z.object({ holder: z.string(), transfer: z.string(), sha256: z.string() }).optional(),
  /** fingers that were sealed to us when an offer was asked for, by the SHA-256 of the device's record */
  fingers: z.array(z.object({ at: z.string(), sha256: z.string() })).optional(),
})
export type RequestEntry = z.infer<typeof zRequestEntry>

/** A request whose end has not been decided. */
export const zOpenRequest = z.object({
  id: z.string(),
  kiosk: z.string(),
  /** payloads that it waited for when it was looked at */
  waitsFor: z.array(zSha256),
})
export type OpenRequest = z.infer<typeof zOpenRequest>

export const zClaim = z.object({
  request: z.string(),
  /** that had it before, and had not come to its end */
  replaces: z.string().optional(),
})
