/** Foundational ID as a W3C credential: VCDM 2.0 with an ecdsa-sd-2023 base proof, for `ldp_vc`. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import * as vc from '@digitalbazaar/vc'
import { z } from 'zod'
import { documentLoader } from './document-loader.ts'
import { issuedClaims, toInstant } from './issued-claims.ts'
import { dataIntegritySigner, didKeyFromJwk, type IssuerKey, type P256PublicJwk } from './keys.ts'
import {
  credentialsContext,
  foundationalContext,
  foundationalType,
  type FoundationalClaims,
} from './z-foundational.ts'
import { sdSignSuite } from './sd-suite.ts'
import { statusEntry, type StatusPlace } from './z-status.ts'

export interface IssueOptions {
  claims: FoundationalClaims
  /** the key that the wallet proved to hold; members other than kty, crv, x, y are dropped */
  holderJwk: P256PublicJwk
  issuerKey: IssuerKey
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

/**
 * @param options `holderDid` names the holder otherwise than by the did:key of `holderJwk`: give it when the
 *   wallet's proof was signed under another DID of the same key (did:jwk), since its presentations will be too
 * @returns the signed credential; a verifier accepts only what is derived from it
 */
export async function issueFoundationalLdp(
  options: IssueOptions & { holderDid?: string },
): Promise<SignedCredential> {
  const { claims, holderJwk, issuerKey, status, validFrom, validUntil } = options
  const credential = {
    '@context': [credentialsContext, foundationalContext],
    type: ['VerifiableCredential', foundationalType],
    issuer: issuerKey.did,
    validFrom: toInstant(validFrom),
    validUntil: toInstant(validUntil),
    credentialStatus: statusEntry(status),
    credentialSubject: {
      id: options.holderDid ?? (await didKeyFromJwk(holderJwk)),
      ...issuedClaims(claims, validFrom),
    },
  }
  const suite = new DataIntegrityProof({
    signer: dataIntegritySigner(issuerKey),
    date: toInstant(validFrom),
    cryptosuite: sdSignSuite,
  })
  return zSignedCredential.parse(await vc.issue({ credential, suite, documentLoader, now: validFrom }))
}
