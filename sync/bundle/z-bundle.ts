/**
 * What lies on a stick: one folder a bundle, with a signed head and the volumes that it names (docs/sticks.md). Who finds
 * a stick learns which kiosk wrote it and how much; everything else is sealed to whom it is for.
 */
import { z } from 'zod'
import { zInstant, zKioskId, zSha256 } from '../z-facts.ts'

/** Far below what FAT32 allows a file, and small enough to be held in memory, sent again, and lost to a pulled stick. */
export const volumeBytes = 4_194_304

/** Whatever a stick says, no more than this is read of it. */
export const bundleLimits = {
  bundles: 1_000,
  headBytes: 1_000_000,
  volumes: 8_000,
  documents: 20_000,
  /** requests that one bundle of this program holds; more go into the next */
  requests: 500,
  payloads: 40_000,
  indexBytes: 64 * 1_048_576,
} as const

/** Also the name of its folder: plain enough for every file system (8.3). */
export const zBundleName = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/)

export const zPublicJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string().max(60),
  y: z.string().max(60),
})

/** The payload of a kiosk's certificate: a compact JWS (ES256, issuer key) that the issuer gives when it commissions. */
export const zCertified = z.object({ kiosk: zKioskId, jwk: zPublicJwk })

export const zBundleHead = z.object({
  form: z.literal(1),
  /** requests go from a kiosk to the issuer, receipts from the issuer to a kiosk */
  kind: z.enum(['requests', 'receipts']),
  bundle: zBundleName,
  /** that wrote the requests, or that the receipts are for: what stands on an envelope */
  kiosk: zKioskId,
  /** by which another kiosk knows that this one is of the fleet */
  certificate: z.string().max(4_096).optional(),
  /** compact JWE (ECDH-ES+A256KW, A256GCM) of an Envelope */
  sealed: z.string().min(1).max(8_192),
  /** all of the same size, but the last, which may be shorter */
  volumes: z
    .array(z.object({ bytes: z.number().int().positive().max(volumeBytes), sha256: zSha256 }))
    .min(1)
    .max(bundleLimits.volumes)
    .refine((all) => {
      const [{ bytes: size } = { bytes: 0 }] = all
      return all.every(({ bytes }, n) => bytes === size || (n === all.length - 1 && bytes < size))
    }),
})
export type BundleHead = z.infer<typeof zBundleHead>

export const zEnvelope = z.object({
  office: z.string().max(80),
  created: zInstant,
  /** how many bundles the writer has made, this one included */
  sequence: z.number().int().positive(),
  /** of the index, which is the beginning of the volumes: AES-256-GCM, base64url, the tag at its end */
  key: z.string().max(60),
  iv: z.string().max(30),
  indexBytes: z.number().int().min(17).max(bundleLimits.indexBytes),
})
export type Envelope = z.infer<typeof zEnvelope>

export const zPayloadRef = z.object({ sha256: zSha256, bytes: z.number().int().positive().max(8_000_000) })
export type PayloadRef = z.infer<typeof zPayloadRef>

/** A document with its revisions, so that it is the same one whichever way it comes. */
export const zCarriedDoc = z.looseObject({
  _id: z.string().min(1).max(200),
  _rev: z.string().regex(/^\d{1,9}-[0-9a-zA-Z]{1,64}$/),
  _revisions: z.object({ start: z.number().int(), ids: z.array(z.string().max(64)).max(1_000) }).optional(),
})
export type CarriedDoc = z.infer<typeof zCarriedDoc>

export const zBundleIndex = z.object({
  documents: z.array(zCarriedDoc).max(bundleLimits.documents),
  /** behind the index, in this order, without anything between them */
  payloads: z.array(zPayloadRef).max(bundleLimits.payloads),
})
export type BundleIndex = z.infer<typeof zBundleIndex>

/**
 * `version`: of a newer program · `unreadable`: torn, or no bundle · `signature`: not by whom it says, or by nobody known ·
 * `foreign`: sealed to somebody else · `index`: the beginning is missing, so nothing of the rest can be told apart
 */
export type BundleFault = 'version' | 'unreadable' | 'signature' | 'foreign' | 'index'
