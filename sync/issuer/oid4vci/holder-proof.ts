/** The wallet's proof that it holds the key which the credential is bound to (OpenID4VCI 1.0 §8.2.1.1, appendix F.1). */
import { decodeJwt } from 'jose'
import { Oauth2ErrorCodes, Oauth2ServerErrorResponseError } from '@openid4vc/oauth2'
import type { Openid4vciIssuer, IssuerMetadataResult } from '@openid4vc/openid4vci'
import { jktOf } from '../../../main/credentials/handover/holder-mark.ts'
import { zP256PublicJwk } from '../../../main/credentials/keys.ts'
import type { Nonces } from './nonces.ts'
import type { Holder } from './z-offer.ts'

const oldestSeconds = 300

interface ProofOptions {
  issuer: Openid4vciIssuer
  metadata: IssuerMetadataResult
  nonces: Nonces
  /** ms */
  now: number
  /** RFC 7638 thumbprint of the only key that will do */
  boundTo?: string | undefined
}

/**
 * Signature, type, audience and algorithm are the library's; it leaves to us the age of a proof, that a nonce is ours and used
 * once, and that each of several keys is another. Proofs of one request may share a nonce.
 * @throws Oauth2ServerErrorResponseError `invalid_proof`, `invalid_nonce` (§8.3.1.2)
 */
export async function checkHolderProofs(jwts: readonly string[], options: ProofOptions): Promise<Holder[]> {
  const { nonces, boundTo } = options
  const proven = await Promise.all(jwts.map((jwt) => proofOf(jwt, options)))
  const thumbprints = proven.map(({ holder }) => jktOf(holder.jwk))
  // Each key is bound to at most one credential (§8.3).
  if (new Set(thumbprints).size !== proven.length) throw refusal(Oauth2ErrorCodes.InvalidProof)
  if (boundTo !== undefined && thumbprints.some((jkt) => jkt !== boundTo))
    throw refusal(Oauth2ErrorCodes.InvalidProof)
  const used = [...new Set(proven.map(({ nonce }) => nonce))]
  // Last, so that a bad proof does not take a good nonce out of use.
  if (!used.every((nonce) => nonces.holds(nonce))) throw refusal(Oauth2ErrorCodes.InvalidNonce)
  for (const nonce of used) nonces.use(nonce)
  return proven.map(({ holder }) => holder)
}

async function proofOf(
  jwt: string,
  { issuer, metadata, now }: ProofOptions,
): Promise<{ holder: Holder; nonce: string }> {
  const nonce = nonceIn(jwt)
  const { header, payload, signer } = await issuer.verifyCredentialRequestJwtProof({
    jwt,
    expectedNonce: nonce,
    issuerMetadata: metadata,
    now: new Date(now),
  })
  if (Math.abs(now / 1000 - payload.iat) > oldestSeconds) throw refusal(Oauth2ErrorCodes.InvalidProof)
  const did = header.kid?.split('#')[0]
  // `kid`, `alg` and the like must not travel into `cnf`: zP256PublicJwk leaves the four members that make the key.
  return { holder: { jwk: zP256PublicJwk.parse(signer.publicJwk), ...(did && { did }) }, nonce }
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

/** Names of OpenID4VCI 1.0 §11.3 that the library has no word for. */
type NoticeRefusal = 'invalid_notification_id' | 'invalid_notification_request'

/** @returns the error of that name, as the library's own are thrown */
export function refusal(
  error: Oauth2ErrorCodes | NoticeRefusal,
  status = 400,
): Oauth2ServerErrorResponseError {
  return new Oauth2ServerErrorResponseError({ error }, { status })
}
