/** A credential in its W3C form: VCDM 2.0 with a Data Integrity proof, for `ldp_vc`. */
import type { Signer } from '@digitalbazaar/ecdsa-multikey'
import { DataIntegrityProof, type AnyCryptosuite } from '@digitalbazaar/data-integrity'
import * as vc from '@digitalbazaar/vc'
import { z } from 'zod'
import { blsSigner, type BlsKey } from './bls.ts'
import { documentLoader } from './document-loader.ts'
import { ed25519Signer, type Ed25519Key } from './ed25519.ts'
import { eddsaSuite } from './eddsa-suite.ts'
import { foundationalId } from './foundational-id.ts'
import { issuedClaims, toInstant } from './issued-claims.ts'
import { dataIntegritySigner, didKeyFromJwk, type IssuerKey, type P256PublicJwk } from './keys.ts'
import { sdSignSuiteFor } from './sd-suite.ts'
import type { ClaimValues, CredentialType } from './z-credential-type.ts'
import { credentialsContext, type FoundationalClaims } from './z-foundational.ts'
import { statusEntry, type StatusPlace } from './z-status.ts'

/** What a credential says, in whatever format. */
export interface CredentialContent {
  type: CredentialType
  claims: ClaimValues
  /**
   * The key that the wallet proved to hold; members other than kty, crv, x, y are dropped. `did` names the holder otherwise
   * than by the did:key of it: give it when the wallet's proof was signed under another DID of the same key (did:jwk), since
   * its presentations will be too.
   */
  holder: { jwk: P256PublicJwk; did?: string }
  status: StatusPlace
  validFrom: Date
  validUntil: Date
}

/** A base credential is the holder's secret as much as the key is: it shows every claim. */
export type SignedCredential = z.infer<typeof zSignedCredential>
export const zSignedCredential = z.looseObject({
  '@context': z.array(z.string()),
  type: z.array(z.string()),
  issuer: z.string(),
  credentialSubject: z.looseObject({ id: z.string() }),
  proof: z.looseObject({ cryptosuite: z.string(), proofValue: z.string() }),
})

interface SignedBy {
  did: string
  signer: Signer
  cryptosuite: AnyCryptosuite
  /** whether the proof says when it was made */
  dated?: boolean
}

/** @returns the signed credential */
export async function issueLdp(
  content: CredentialContent,
  { did, signer, cryptosuite, dated = true }: SignedBy,
): Promise<SignedCredential> {
  const { type, claims, holder, status, validFrom, validUntil } = content
  const credential = {
    '@context': [credentialsContext, type.context],
    type: ['VerifiableCredential', type.vcdmType],
    issuer: did,
    validFrom: toInstant(validFrom),
    validUntil: toInstant(validUntil),
    credentialStatus: statusEntry(status),
    credentialSubject: { id: holder.did ?? (await didKeyFromJwk(holder.jwk)), ...claims },
  }
  const suite = new DataIntegrityProof({ signer, date: dated ? toInstant(validFrom) : null, cryptosuite })
  return zSignedCredential.parse(await vc.issue({ credential, suite, documentLoader, now: validFrom }))
}

/** With an ecdsa-sd-2023 base proof. @returns the credential; a verifier accepts only what is derived from it */
export function issueSdLdp(content: CredentialContent, issuerKey: IssuerKey): Promise<SignedCredential> {
  return issueLdp(content, {
    did: issuerKey.did,
    signer: dataIntegritySigner(issuerKey),
    cryptosuite: sdSignSuiteFor(content.type),
  })
}

/** With eddsa-rdfc-2022: shown whole or not at all. @returns the credential, which a verifier accepts as it is */
export function issueEddsaLdp(content: CredentialContent, key: Ed25519Key): Promise<SignedCredential> {
  return issueLdp(content, { did: key.did, signer: ed25519Signer(key), cryptosuite: eddsaSuite })
}

/**
 * With a bbs-2023 base proof. No two derivations have a proof in common; what is always shown (whose phone it is, where its
 * status lies) is the same in each, so only other verifiers who compare proofs cannot link them.
 * @returns the credential; a verifier accepts only what is derived from it
 */
export async function issueBbsLdp(content: CredentialContent, key: BlsKey): Promise<SignedCredential> {
  const { createSignCryptosuite } = await import('@digitalbazaar/bbs-2023-cryptosuite')
  const cryptosuite = createSignCryptosuite({ mandatoryPointers: content.type.alwaysShown })
  // VC Data Integrity BBS Cryptosuites §3.3.1: a time in the proof would be the same in each derivation.
  return issueLdp(content, { did: key.did, signer: await blsSigner(key), cryptosuite, dated: false })
}

export interface IssueOptions {
  claims: FoundationalClaims
  holderJwk: P256PublicJwk
  issuerKey: IssuerKey
  status: StatusPlace
  validFrom: Date
  validUntil: Date
}

/** The Foundational ID with an ecdsa-sd-2023 base proof. @param options `holderDid` as `holder.did` above */
export function issueFoundationalLdp(
  options: IssueOptions & { holderDid?: string },
): Promise<SignedCredential> {
  const { claims, holderJwk, holderDid, issuerKey, ...rest } = options
  const holder = { jwk: holderJwk, ...(holderDid !== undefined && { did: holderDid }) }
  return issueSdLdp(
    { type: foundationalId, claims: issuedClaims(claims, rest.validFrom), holder, ...rest },
    issuerKey,
  )
}
