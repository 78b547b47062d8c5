/** The issuer's word on who a kiosk is and what it may ask for, which goes with every question (OpenID4VP 1.0 §5.1, `verifier_info`). */
import { importJWK, SignJWT } from 'jose'
import { didKeyFromJwk } from '../../../main/credentials/keys.ts'
import { claimsOfPurposes } from '../../../main/credentials/purposes.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry } from '../registry.ts'

/** A kiosk asks for a fresh one with each question that it relays: one that was stolen is soon out of them. */
const lifeSeconds = 24 * 60 * 60

/** @param now ms since 1970 @returns a JWT (ES256, typ `verifier-registration+jwt`): sub, office, purposes with their claims */
export async function registerVerifier(
  { jwk, office }: Pick<KioskEntry, 'jwk' | 'office'>,
  { keys, now }: { keys: Pick<IssuerKeys, 'signing'>; now: number },
): Promise<string> {
  const { did, keyId, privateJwk } = keys.signing
  const at = Math.floor(now / 1000)
  return new SignJWT({ office, purposes: claimsOfPurposes })
    .setProtectedHeader({ typ: 'verifier-registration+jwt', alg: 'ES256', kid: keyId })
    .setIssuer(did)
    .setSubject(await didKeyFromJwk(jwk))
    .setIssuedAt(at)
    .setExpirationTime(at + lifeSeconds)
    .sign(await importJWK(privateJwk, 'ES256'))
}
