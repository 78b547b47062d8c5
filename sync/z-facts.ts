/**
 * The documents that travel between kiosk and issuer. Each is written once, by one writer:
 * the kiosk writes the outbox, the issuer writes the inbox. Nothing here holds personal data in the clear.
 */
import { z } from 'zod'

/** Chosen when the draft opens; never changes, so a repeat of any step is recognised. */
export const zRequestId = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .brand('RequestId')
export type RequestId = z.infer<typeof zRequestId>

export const zSha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const zInstant = z.iso.datetime()
export const zKioskId = z.string().regex(/^[a-z0-9-]{3,40}$/)

/** A sealed payload by the SHA-256 of its ciphertext. */
export const zPartRef = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,60}$/),
  sha256: zSha256,
  bytes: z.number().int().positive().max(8_000_000),
})
export type PartRef = z.infer<typeof zPartRef>

export const zRequestDoc = z.object({
  _id: z.string().regex(/^request:[0-9A-HJKMNP-TV-Z]{26}$/),
  type: z.literal('request'),
  /** a collection says that a phone has what another request had asked for, a provision that it got something meanwhile */
  kind: z.enum(['enrolment', 'reissue', 'collection', 'provision']),
  /** the request that a collection or a provision is about */
  of: zRequestId.optional(),
  kiosk: zKioskId,
  office: z.string().min(1).max(80),
  created: zInstant,
  officer: z.string().min(1).max(60),
  /** compact JWE (ECDH-ES+A256KW, A256GCM) of a Packet, to the issuer's key */
  sealed: z.string().min(1).max(262_144),
  parts: z.array(zPartRef).max(40),
  /** detached-content JWS (ES256, kiosk key) over the RFC 8785 form of this document without `signature` and `_rev` */
  signature: z.string().min(1).max(4096),
})
export type RequestDoc = z.infer<typeof zRequestDoc>
/** What of a request is kept in memory: everything but its sealed content. */
export const zRequestHead = zRequestDoc.omit({ sealed: true, signature: true })
export type RequestHead = z.infer<typeof zRequestHead>

/** What the issuer may say of a request. `seq` rises by one for each receipt of a request. */
export const zReceiptState = z.enum([
  'received',
  'checking',
  'needs-attention',
  'rejected',
  'ready',
  'collected',
])
export type ReceiptState = z.infer<typeof zReceiptState>

export const zReceiptReason = z.enum([
  'duplicate-request',
  'bad-kiosk-signature',
  'unsealing-failed',
  'schema-mismatch',
  'payload-missing',
  'payload-mismatch',
  // of a passport that was read; somebody must look
  'document-not-genuine',
  'document-issuer-unknown',
  'document-mismatch',
  // of the second person who has to look at it
  'approval-missing',
  'approval-not-genuine',
  // of a re-issue to a phone
  'identity-not-genuine',
  'citizen-unknown',
  'holder-not-proven',
  'receipt-not-genuine',
  // the citizen has come with another phone since
  'replaced-by-another',
])
export type ReceiptReason = z.infer<typeof zReceiptReason>

export const zReceiptDoc = z.object({
  _id: z.string().regex(/^receipt:[0-9A-HJKMNP-TV-Z]{26}:\d{4}$/),
  type: z.literal('receipt'),
  request: zRequestId,
  seq: z.number().int().nonnegative(),
  state: zReceiptState,
  reason: zReceiptReason.optional(),
  at: zInstant,
  /** SHA-256 of every payload of the request that the issuer has on its disk: the kiosk may give back their room */
  parts: z.array(zSha256).max(40).optional(),
  /** compact JWS (ES256, issuer key) whose payload is this document without `signature` and `_rev`, RFC 8785 form */
  signature: z.string(),
})
export type ReceiptDoc = z.infer<typeof zReceiptDoc>

/**
 * A credential for one phone, which the kiosk carries and cannot open. It lies in the inbox of every kiosk of the office.
 * Safe to see for whoever finds it: it names a key and a request, and nobody.
 */
export const zDeliveryDoc = z.object({
  _id: z.string().regex(/^delivery:[0-9A-HJKMNP-TV-Z]{26}$/),
  type: z.literal('delivery'),
  request: zRequestId,
  /** RFC 7638 thumbprint of the key that it is sealed to */
  holder: z.string().length(43),
  /** as docs/qr-hand-over.md says, base64url */
  sealed: z.base64url().min(100).max(24_000),
  /** the citizen has come with another phone since: what lies here for that request is over */
  replaces: zRequestId.optional(),
  at: zInstant,
  /** until when it may be collected */
  until: zInstant,
  /** detached-content JWS (ES256, issuer key), as of a receipt */
  signature: z.string().max(4_096),
})
export type DeliveryDoc = z.infer<typeof zDeliveryDoc>

/** Signed reference data: the payload of `jws` is JSON; `version` only rises. */
export const zMasterName = z.enum([
  'form-schema',
  'staff',
  'trust',
  'status-list',
  'places',
  // when a second person must look at an enrolment
  'policy',
  // of each kiosk its own
  'delegation',
])
export type MasterName = z.infer<typeof zMasterName>
export const zMasterDoc = z.object({
  _id: z.string().regex(/^master:[a-z-]+$/),
  type: z.literal('master'),
  name: zMasterName,
  version: z.number().int().positive(),
  /** compact JWS (ES256, issuer key); payload {name, version, issued, content} */
  jws: z.string().min(1).max(2_000_000),
})
export type MasterDoc = z.infer<typeof zMasterDoc>

/** The status that a person sees; a pure function of the facts. */
export const zRequestState = z.enum([
  'queued',
  'uploading',
  'received',
  'checking',
  'needs-attention',
  'rejected',
  'ready',
  'collected',
])
export type RequestState = z.infer<typeof zRequestState>
