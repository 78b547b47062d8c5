/**
 * What is inside `sealed`: everything the issuer needs to check the enrolment again.
 * Large pieces (portrait, fingerprint records) lie beside it as ciphertext; their keys are in here, so that
 * whoever opens the packet can open the parts and nobody else can.
 */
import { z } from 'zod'
import { zInstant, zRequestId, zSha256 } from './z-facts.ts'

export const zFinger = z.enum([
  'Left Thumb',
  'Left IndexFinger',
  'Left MiddleFinger',
  'Left RingFinger',
  'Left LittleFinger',
  'Right Thumb',
  'Right IndexFinger',
  'Right MiddleFinger',
  'Right RingFinger',
  'Right LittleFinger',
])
export type Finger = z.infer<typeof zFinger>

export const zExceptionReason = z.enum(['missing', 'injured', 'bandaged', 'worn', 'other'])
export type ExceptionReason = z.infer<typeof zExceptionReason>

/** What the kiosk's check may find wrong with a portrait, most serious first. */
export const zPortraitFinding = z.enum([
  'portrait.too-dark',
  'portrait.too-bright',
  'portrait.no-face',
  'portrait.several-faces',
  'portrait.too-far',
  'portrait.too-close',
  'portrait.off-centre',
  'portrait.not-straight',
  'portrait.uneven-light',
  'portrait.blurred',
])

/** The officer keeps a portrait in which the check found something: what it found, and why it is kept all the same. */
export const zPortraitOverride = z.object({
  finding: zPortraitFinding,
  reason: z.enum(['check-is-wrong', 'body-or-health', 'covering', 'not-possible-here']),
})

export const zPartKey = z.object({
  name: z.string(),
  mediaType: z.enum(['image/jpeg', 'application/jose', 'application/octet-stream']),
  /** AES-256-GCM key and 96-bit IV, base64url; the 128-bit tag ends the ciphertext */
  key: z.string(),
  iv: z.string(),
  /** SHA-256 of the plaintext, lower-case hex */
  plainSha256: zSha256,
})
export type PartKey = z.infer<typeof zPartKey>

export const zPacket = z.object({
  version: z.literal(1),
  request: zRequestId,
  kind: z.enum(['enrolment', 'reissue']),
  reason: z.enum(['new', 'lost', 'correction']),
  schemaVersion: z.number().int().positive(),
  /** the form's fields, as the schema names them */
  claims: z.record(z.string(), z.unknown()),
  consent: z.object({ at: zInstant, language: z.enum(['en', 'dz', 'ne']), textVersion: z.number().int() }),
  /** the signed identity file of the card that was read, base64url, so that the issuer can check it again */
  card: z.object({ file: z.string(), readAt: zInstant }).optional(),
  /**
   * EF.SOD and data group 1 of the passport that was read instead, base64url; how it was opened and whether its chip showed
   * that it is no copy. Its face, where there is one: as JPEG, and data group 2 as proof of it, each a part of this name.
   */
  travelDocument: z
    .object({
      securityObject: z.string(),
      group1: z.string(),
      access: z.enum(['pace', 'bac']).optional(),
      chip: z.enum(['authenticated', 'not-offered']),
      portrait: z.string().optional(),
      group2: z.string().optional(),
      readAt: zInstant,
    })
    .optional(),
  /** only where the check found something */
  portraitOverride: zPortraitOverride.optional(),
  fingerprints: z.object({
    captured: z.array(
      z.object({
        finger: zFinger,
        part: z.string(),
        quality: z.number().min(0).max(100),
        tries: z.number().int(),
      }),
    ),
    exceptions: z.array(z.object({ finger: zFinger, reason: zExceptionReason })),
  }),
  partKeys: z.array(zPartKey),
  staff: z.object({ officer: z.string(), supervisor: z.string().optional() }),
  kiosk: z.object({ id: z.string(), office: z.string(), app: z.string() }),
  times: z.object({ opened: zInstant, submitted: zInstant, approved: zInstant.optional() }),
})
export type Packet = z.infer<typeof zPacket>

/** By what the kiosk knew who stands there. */
export const zReissueIdentity = z.discriminatedUnion('by', [
  /** the signed identity file, base64url: the issuer looks at it again */
  z.object({ by: z.literal('card'), file: z.base64url().max(24_000) }),
  z.object({ by: z.literal('slip'), request: zRequestId }),
])
export type ReissueIdentity = z.infer<typeof zReissueIdentity>

/** What made the kiosk let the citizen pass. */
export const zReissueEvidence = z.discriminatedUnion('by', [
  /** its rules ask for nothing */
  z.object({ by: z.literal('nothing') }),
  /** a finger that matched the template of this citizen, at this kiosk */
  z.object({ by: z.literal('finger') }),
  /** a finger that the scanner sealed to the issuer: the part of that name holds it */
  z.object({ by: z.literal('sealed-finger'), part: z.string() }),
  z.object({ by: z.literal('officer'), officer: z.string().max(60) }),
])
export type ReissueEvidence = z.infer<typeof zReissueEvidence>

/** With which a phone may collect over its own network (OpenID4VCI 1.0 §3.5), made by the kiosk. */
export const zLaterCode = z.object({
  code: z.string().max(200),
  txCode: z.string().regex(/^\d{6}$/),
  until: zInstant,
})
export type LaterCode = z.infer<typeof zLaterCode>

/** A citizen asks anew for the credential, for the phone that was held up. */
export const zReissuePacket = z.object({
  version: z.literal(1),
  request: zRequestId,
  kind: z.literal('reissue'),
  reason: z.enum(['lost', 'replaced']),
  identity: zReissueIdentity,
  evidence: zReissueEvidence,
  /** the phone's proof of its key, and what it was asked with */
  holder: z.object({
    proof: z.string().max(2_000),
    nonce: z.string().max(100),
    formats: z.array(z.enum(['dc+sd-jwt', 'ldp_vc'])).min(1),
  }),
  later: zLaterCode.optional(),
  consent: z
    .object({ at: zInstant, language: z.enum(['en', 'dz', 'ne']), textVersion: z.number().int() })
    .optional(),
  partKeys: z.array(zPartKey),
  kiosk: z.object({ id: z.string(), office: z.string(), app: z.string() }),
  times: z.object({ opened: zInstant, submitted: zInstant }),
})
export type ReissuePacket = z.infer<typeof zReissuePacket>

/** A phone has said that it has what was delivered. */
export const zCollectionPacket = z.object({
  version: z.literal(1),
  request: zRequestId,
  kind: z.literal('collection'),
  of: zRequestId,
  /** the phone's own word (docs/qr-hand-over.md, "Receipt") */
  receipt: z.string().max(2_000),
  partKeys: z.array(zPartKey),
  kiosk: z.object({ id: z.string(), office: z.string(), app: z.string() }),
  times: z.object({ submitted: zInstant }),
})
export type CollectionPacket = z.infer<typeof zCollectionPacket>

/** The kiosk hands out a provisional credential under its delegation; said before anything of it is shown. */
export const zProvisionPacket = z.object({
  version: z.literal(1),
  request: zRequestId,
  kind: z.literal('provision'),
  of: zRequestId,
  /** where the places of its delegation begin, and which of them it is, from 0 */
  first: z.number().int().nonnegative(),
  number: z.number().int().nonnegative(),
  partKeys: z.array(zPartKey),
  kiosk: z.object({ id: z.string(), office: z.string(), app: z.string() }),
  times: z.object({ submitted: zInstant }),
})
export type ProvisionPacket = z.infer<typeof zProvisionPacket>

/** Whatever a kiosk may seal. One that an officer made holds everything anew, for a re-issue too. */
export const zAnyPacket = z.union([zPacket, zReissuePacket, zCollectionPacket, zProvisionPacket])
export type AnyPacket = z.infer<typeof zAnyPacket>
/** before its parts were sealed */
export type UnsealedPacket = {
  [Kind in keyof Kinds]: Omit<Kinds[Kind], 'partKeys'>
}[keyof Kinds]
interface Kinds {
  desk: Packet
  reissue: ReissuePacket
  collection: CollectionPacket
  provision: ProvisionPacket
}
