/** The wallet's proof that it holds the key which the credential is bound to (OpenID4VCI 1.0 §8.2.1.1, appendix F.1). */
import { decodeJwt } from 'jose'
import { Oauth2ErrorCodes, Oauth2ServerErrorResponseError } from '@openid4vc/oauth2'
import type { Openid4vciIssuer, IssuerMetadataResult } from '@openid4vc/openid4vci'
import { zP256PublicJwk, type P256PublicJwk } from '../../../main/credentials/keys.ts'
import type { Nonces } from './nonces.ts'

const oldestSeconds = 300

export interface Holder {
  jwk: P256PublicJwk
  /** where the wallet named its key by a DID */
  did?: string
}

interface ProofOptions {
  issuer: Openid4vciIssuer
  metadata: IssuerMetadataResult
  nonces: Nonces
  /** ms */
  now: number
}

/**
 * Signature, type, audience and algorithm are the library's; it leaves to us the age of a proof and that a nonce is ours
 * and used once.
 * @throws Oauth2ServerErrorResponseError `invalid_proof`, `invalid_nonce` (§8.3.1.2)
 */
export async function checkHolderProof(
  jwt: string,
  { issuer, metadata, nonces, now }: ProofOptions,
): Promise<Holder> {
  const nonce = nonceIn(jwt)
  const { header, payload, signer } = await issuer.verifyCredentialRequestJwtProof({
    jwt,
    expectedNonce: nonce,
    issuerMetadata: metadata,
    now: new Date(now),
  })
  if (Math.abs(now / 1000 - payload.iat) > oldestSeconds) throw refusal(Oauth2ErrorCodes.InvalidProof)
  // Last, so that a bad proof does not take a good nonce out of use.
  if (!nonces.use(nonce)) throw refusal(Oauth2ErrorCodes.InvalidNonce)
  const did = header.kid?.split('#')[0]
  // `kid`, `alg` and the like must not travel into `cnf`: zP256PublicJwk leaves the four members that make the key.
  return { jwk: zP256PublicJwk.parse(signer.publicJwk), ...(did && { did }) }
}

function nonceIn(jwt: string): string {
  try {
    const { nonce } = decodeJwt(jwt)
    if (typeof nonce === 'string' && nonce !== '') return nonce
  } catch {
    // Not a JWT at all: the same answer as a proof without a nonce.
  }
  throw refusal(Oauth2ErrorCodes.InvalidProof)
}

/** @returns the error of that name, as the library's own are thrown */
export function refusal(error: Oauth2ErrorCodes, status = 400): Oauth2ServerErrorResponseError {
  return new Oauth2ServerErrorResponseError({ error }, { status })
}
