/** The Foundational ID: its claims, and the names that both credential formats use for it. */
import { z } from 'zod'
import { zPicture } from './z-credential-type.ts'

/** JSON-LD context of VCDM 2.0 */
export const credentialsContext = 'https://www.w3.org/ns/credentials/v2'
/** JSON-LD context of the claims. Bundled (`foundational-v1.json`); never fetched. */
export const foundationalContext = 'https://w3id.org/bhutan-id/foundational/v1'
/** VCDM `type` beside `VerifiableCredential` */
export const foundationalType = 'FoundationalIdCredential'
/** expanded IRI of that type, as DCQL `type_values` wants it (OpenID4VP 1.0 §B.1.1) */
export const foundationalTypeIri = 'https://w3id.org/bhutan-id/vocab#FoundationalIdCredential'
/** `vct` of the SD-JWT VC */
export const foundationalVct = 'https://w3id.org/bhutan-id/foundational-id'

/** Always shown, whatever the holder picks: without them a verifier could not judge the rest. */
export const mandatoryPointers = [
  '/issuer',
  '/type',
  '/validFrom',
  '/validUntil',
  '/credentialStatus',
  '/credentialSubject/id',
]

const zText = z.string().min(1).max(200)

/** What the issuer knows of a citizen. Address parts are claims of their own, so that one can be shown alone. */
export const zFoundationalClaims = z.strictObject({
  fullName: zText,
  fullNameDzongkha: zText.optional(),
  gender: zText.optional(),
  dateOfBirth: z.iso.date(),
  idType: zText.optional(),
  cid: z.string().regex(/^\d{11}$/),
  citizenship: zText.optional(),
  bloodType: zText.optional(),
  houseNumber: zText.optional(),
  thramNumber: zText.optional(),
  village: zText.optional(),
  gewog: zText.optional(),
  dzongkhag: zText.optional(),
  /** face, WebP of 96×120, base64url; shown only where a verifier asks for it */
  portrait: zPicture.optional(),
})
export type FoundationalClaims = z.infer<typeof zFoundationalClaims>

/** Claims that a verifier can ask for: the above and what the issuer computes from them. */
export const zClaimName = z.enum([...zFoundationalClaims.keyof().options, 'ageOver18'])
export type ClaimName = z.infer<typeof zClaimName>

/** Claims as a credential carries them. */
export type IssuedClaims = FoundationalClaims & { ageOver18: boolean }

/** What a presentation disclosed: text, or true/false for `ageOver18`. */
export type DisclosedClaims = Partial<Record<ClaimName, string | boolean>>
