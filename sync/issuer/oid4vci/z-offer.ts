/** An offer as it lies on the disk; what is secret, or tells of a phone, is encrypted there. */
import { z } from 'zod'
import { zP256PublicJwk } from '../../../main/credentials/keys.ts'
import { configurationIds, offeredByDefault } from './configurations.ts'

const zHolder = z.object({
  jwk: zP256PublicJwk,
  /** where the wallet named its key by a DID */
  did: z.string().optional(),
})
export type Holder = z.infer<typeof zHolder>

/** Asked for before it was decided (OpenID4VCI 1.0 §9). */
const zTransaction = z.object({
  id: z.string(),
  configuration: z.enum(configurationIds),
  /** keys that the wallet has proven, each for a credential of its own */
  holders: z.array(zHolder).min(1),
})
export type Transaction = z.infer<typeof zTransaction>

export const zNoticeEvent = z.enum(['credential_accepted', 'credential_failure', 'credential_deleted'])
export type NoticeEvent = z.infer<typeof zNoticeEvent>

/** What a wallet may tell of one answer with credentials (§11). */
const zNotice = z.object({
  id: z.string(),
  configuration: z.string(),
  /** the newest that was told */
  event: zNoticeEvent.optional(),
})
export type Notice = z.infer<typeof zNotice>

export const zStored = z.object({
  request: z.string(),
  /** ms since 1970 */
  expires: z.number(),
  wrongTries: z.number().int(),
  state: z.enum(['waiting', 'opened', 'collected', 'void']),
  /** configurations that it holds */
  configurations: z
    .array(z.string())
    .min(1)
    .default([...offeredByDefault]),
  /** of them, those that the wallet has received */
  given: z.array(z.string()),
  /** of a code that a kiosk made: RFC 7638 thumbprint of the only key that may collect */
  boundTo: z.string().optional(),
  /** encrypted `zSecrets` */
  codes: z.string(),
})

export const zSecrets = z.object({
  code: z.string(),
  txCode: z.string(),
  transactions: z.array(zTransaction).default([]),
  notices: z.array(zNotice).default([]),
})

export interface Offer extends Omit<z.infer<typeof zStored>, 'codes' | 'given'>, z.infer<typeof zSecrets> {
  id: string
  given: Set<string>
}
