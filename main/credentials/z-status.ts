/** W3C Bitstring Status List v1.0: where a credential's revocation bit lies, and the list that holds it. */
import { z } from 'zod'

/** Entries of a list: the least that the standard allows, so that one bit does not tell one person (§6.1). */
export const statusListLength = 131_072

export interface StatusPlace {
  /** where the list is published, and its `id` */
  listUrl: string
  /** 0 … 131 071 */
  index: number
}

export const zStatusEntry = z.strictObject({
  id: z.string().max(600).optional(),
  type: z.literal('BitstringStatusListEntry'),
  statusPurpose: z.literal('revocation'),
  statusListIndex: z.string().regex(/^(0|[1-9]\d{0,8})$/),
  statusListCredential: z.url({ protocol: /^https?$/ }).max(500),
})
export type StatusEntry = z.infer<typeof zStatusEntry>

/** @throws if the place is not in a list (a bug of the issuer) */
export function statusEntry({ listUrl, index }: StatusPlace): StatusEntry {
  if (!Number.isInteger(index) || index < 0 || index >= statusListLength) throw new RangeError('status index')
  return {
    id: `${listUrl}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: String(index),
    statusListCredential: listUrl,
  }
}

/** @returns the place that an entry names */
export function statusPlace(entry: StatusEntry): StatusPlace {
  return { listUrl: entry.statusListCredential, index: Number(entry.statusListIndex) }
}

export const zStatusListCredential = z.strictObject({
  '@context': z.array(z.string()).max(3),
  id: z.string().max(500),
  type: z.tuple([z.literal('VerifiableCredential'), z.literal('BitstringStatusListCredential')]),
  issuer: z.string().max(400),
  validFrom: z.iso.datetime(),
  validUntil: z.iso.datetime().optional(),
  credentialSubject: z.strictObject({
    id: z.string().max(510),
    type: z.literal('BitstringStatusList'),
    statusPurpose: z.literal('revocation'),
    encodedList: z.string().startsWith('u').max(400_000),
  }),
  proof: z.strictObject({
    type: z.literal('DataIntegrityProof'),
    cryptosuite: z.literal('ecdsa-rdfc-2019'),
    created: z.iso.datetime().optional(),
    verificationMethod: z.string().max(900),
    proofPurpose: z.literal('assertionMethod'),
    proofValue: z.string().max(200),
  }),
})
export type StatusListCredential = z.infer<typeof zStatusListCredential>
