/**
 * What a phone's answer may look like. Strict on purpose: whatever is not described here is refused before any
 * JSON-LD is processed, so contexts, graphs and blank nodes of a stranger never reach the processor.
 */
import { z } from 'zod'
import { zP256PublicJwk } from './keys.ts'
import { longestPicture } from './z-credential-type.ts'
import {
  credentialsContext,
  foundationalContext,
  foundationalType,
  foundationalVct,
} from './z-foundational.ts'
import { zUnderDelegation } from './z-under-delegation.ts'
import { statusListLength, zStatusEntry } from './z-status.ts'

/** A QR holds 2,953 bytes; some phones will send more over other ways one day. */
export const longestAnswer = 16_384

const zDid = z.string().regex(/^did:(key|jwk):[A-Za-z0-9_-]{40,390}$/)
const zDidUrl = z.string().regex(/^did:(key|jwk):[A-Za-z0-9_-]{40,390}#[A-Za-z0-9_-]{1,390}$/)
/** An issuer may have a name on the web or on the ledger, too; whether its key is believed is asked before anything else. */
const zIssuerDid = z
  .string()
  .max(400)
  .regex(/^did:(key|jwk|web|ethr):[A-Za-z0-9._:%-]{3,390}$/)
const zIssuerKeyId = z
  .string()
  .max(800)
  .regex(/^did:(key|jwk|web|ethr):[A-Za-z0-9._:%-]{3,390}#[A-Za-z0-9._:%-]{1,390}$/)
const zProofValue = z.string().min(1).max(8000)
/** A text, and at most a portrait. */
const zClaimValue = z.union([z.string().max(longestPicture), z.boolean()])

/** `vp_token` of OpenID4VP 1.0 §8.1: for each query id a list with one presentation. */
export const zVpToken = z.union([
  z.strictObject({ sd: z.tuple([z.string()]) }),
  z.strictObject({ ld: z.tuple([z.unknown()]) }),
  z.strictObject({ md: z.tuple([z.string()]) }),
])

export const zSdJwtHeader = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.literal('dc+sd-jwt'),
  kid: z.string().max(500),
})

const zStatusUrl = z.url({ protocol: /^https?$/ }).max(500)
const zStatusIndex = z
  .number()
  .int()
  .nonnegative()
  .max(statusListLength - 1)

/** Claims of the issuer's JWT that are never disclosures; all others are what the citizen revealed. */
export const zSdJwtEnvelope = z.object({
  iss: zIssuerDid,
  vct: z.literal(foundationalVct),
  nbf: z.number().int(),
  exp: z.number().int(),
  iat: z.number().int().optional(),
  cnf: z.strictObject({ jwk: zP256PublicJwk }),
  /** only where a kiosk signed it */
  delegation: zUnderDelegation.optional(),
  status: z.object({ status_list: z.object({ idx: zStatusIndex, uri: zStatusUrl }) }).optional(),
  /** of credentials from before the IETF's list was there: the W3C's */
  credentialStatus: z.strictObject({ list: zStatusUrl, index: zStatusIndex }).optional(),
})

export const zSdJwtClaims = z.record(z.string(), zClaimValue)

export const zKeyBinding = z.object({
  iat: z.number().int(),
  aud: z.string(),
  nonce: z.string(),
})

const zVpContext = z.union([
  z.tuple([z.literal(credentialsContext)]),
  z.tuple([z.literal(credentialsContext), z.literal('https://w3id.org/security/data-integrity/v2')]),
])

/** Those of `zCredentialFormat` that are W3C credentials. */
const zShownCryptosuite = z.enum(['ecdsa-sd-2023', 'eddsa-rdfc-2022', 'bbs-2023'])
export type ShownCryptosuite = z.infer<typeof zShownCryptosuite>

/** What a holder shows: derived from a base proof, or whole where the proof is one over all of it. */
export const zDerivedCredential = z.strictObject({
  '@context': z.tuple([z.literal(credentialsContext), z.literal(foundationalContext)]),
  type: z.tuple([z.literal('VerifiableCredential'), z.literal(foundationalType)]),
  issuer: zIssuerDid,
  validFrom: z.iso.datetime(),
  validUntil: z.iso.datetime(),
  credentialStatus: zStatusEntry,
  credentialSubject: z.object({ id: zDid }).catchall(zClaimValue),
  proof: z.strictObject({
    type: z.literal('DataIntegrityProof'),
    cryptosuite: zShownCryptosuite,
    created: z.iso.datetime().optional(),
    verificationMethod: zIssuerKeyId,
    proofPurpose: z.literal('assertionMethod'),
    proofValue: zProofValue,
  }),
})
export type DerivedCredential = z.infer<typeof zDerivedCredential>

export const zLdpPresentation = z.strictObject({
  '@context': zVpContext,
  type: z.union([z.tuple([z.literal('VerifiablePresentation')]), z.literal('VerifiablePresentation')]),
  id: z.string().max(200).optional(),
  holder: zDid.optional(),
  verifiableCredential: z.union([z.tuple([zDerivedCredential]), zDerivedCredential]),
  proof: z.strictObject({
    type: z.literal('DataIntegrityProof'),
    cryptosuite: z.literal('ecdsa-rdfc-2019'),
    created: z.iso.datetime(),
    verificationMethod: zDidUrl,
    proofPurpose: z.literal('authentication'),
    challenge: z.string().max(200),
    domain: z.string().max(400),
    proofValue: zProofValue,
  }),
})
export type LdpPresentation = z.infer<typeof zLdpPresentation>
