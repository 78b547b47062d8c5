/** What a kind of credential is, whatever format it is issued in. The issuer offers what is described so, and no more. */
import { z } from 'zod'

/** Each a way to say the same claims; the first three are W3C credentials (VCDM 2.0) that differ in their proof. */
export const zCredentialFormat = z.enum([
  'ecdsa-sd-2023',
  'eddsa-rdfc-2022',
  'bbs-2023',
  'dc+sd-jwt',
  'mso_mdoc',
])
export type CredentialFormat = z.infer<typeof zCredentialFormat>

/** `date` is YYYY-MM-DD, `picture` the base64url of a small WebP */
export const zClaimKind = z.enum(['text', 'date', 'boolean', 'picture'])
export type ClaimKind = z.infer<typeof zClaimKind>

export const zCredentialType = z.strictObject({
  /** begins the ids of its configurations in the issuer's metadata */
  name: z.string().regex(/^[A-Za-z0-9]{1,40}$/),
  /** what a wallet calls it */
  title: z.string().min(1).max(60),
  /** VCDM `type` beside `VerifiableCredential`, and the bundled JSON-LD context that gives it and its claims their meaning */
  vcdmType: z.string().min(1),
  context: z.url(),
  /** `vct` of the SD-JWT VC */
  vct: z.url(),
  /** of the ISO mdoc (ISO/IEC 18013-5 §7.1), and the one namespace that its claims are in */
  doctype: z.string().min(1),
  namespace: z.string().min(1),
  claims: z.record(z.string(), zClaimKind),
  /** those that it comes in; another one is not issued */
  formats: z.array(zCredentialFormat).min(1),
  /** JSON pointers into the W3C form that every presentation shows: without them a verifier could not judge the rest */
  alwaysShown: z.array(z.string().startsWith('/')).min(1),
})
export type CredentialType = z.infer<typeof zCredentialType>

/** A credential's claims by name; which are there is the issuer's to know, which can be there the type's. */
export type ClaimValues = Readonly<Record<string, string | boolean | undefined>>

/** 2,048 bytes */
export const longestPicture = 2731

/** base64url of a small WebP */
export const zPicture = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/)
  .max(longestPicture)

const ofKind = {
  text: z.string().min(1).max(200),
  date: z.iso.date(),
  boolean: z.boolean(),
  picture: zPicture,
} satisfies Record<ClaimKind, z.ZodType<string | boolean>>

/** @returns a schema of the claims that a credential of that type may carry */
export function zClaimsOf(type: CredentialType): z.ZodType<Record<string, string | boolean | undefined>> {
  return z.strictObject(
    Object.fromEntries(Object.entries(type.claims).map(([name, kind]) => [name, ofKind[kind].optional()])),
  )
}
