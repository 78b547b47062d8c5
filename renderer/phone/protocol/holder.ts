/**
 * The phone's own key. One key a phone: the kiosk pairs with it, what is handed over is sealed to it, and the credential is
 * bound to it. A browser gives a key one use only, so the same key is kept twice: to sign, and to open what was sealed.
 */
import { base64url, SignJWT, type CryptoKey } from 'jose'
import { base32Start } from './base32.ts'
import { sha256 } from './digest.ts'
import { zPublicJwk, type PublicJwk } from './z-jwk.ts'

/** What lies in the browser's store; the private parts can be used there and read by nobody. */
export interface HolderKeys {
  jwk: PublicJwk
  signing: CryptoKey
  opening: { privateKey: CryptoKey; publicKey: CryptoKey }
}

export interface Holder extends HolderKeys {
  /** RFC 7638 thumbprint, base64url */
  jkt: string
  /** four characters that kiosk and phone both show */
  mark: string
}

/** For the length of this function the key can be read, since that is the only way to give it both uses. */
export async function createHolderKeys(): Promise<HolderKeys> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const whole = await crypto.subtle.exportKey('jwk', pair.privateKey)
  const jwk = zPublicJwk.parse(whole)
  return holderKeysOf({ ...jwk, d: whole.d })
}

/** @param whole the private key, as test vectors have it */
export async function holderKeysOf(whole: PublicJwk & { d: string | undefined }): Promise<HolderKeys> {
  const { kty, crv, x, y } = whole
  const jwk = { kty, crv, x, y }
  const secret = { ...jwk, ...(whole.d !== undefined && { d: whole.d }) }
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
  return {
    jwk,
    signing: await crypto.subtle.importKey('jwk', secret, ecdsa, false, ['sign']),
    opening: {
      privateKey: await crypto.subtle.importKey('jwk', secret, ecdh, false, ['deriveBits']),
      publicKey: await crypto.subtle.importKey('jwk', jwk, ecdh, true, []),
    },
  }
}

export async function holderOf(keys: HolderKeys): Promise<Holder> {
  const { crv, kty, x, y } = keys.jwk
  // RFC 7638 §3.2: these members in this order.
  const digest = await sha256(JSON.stringify({ crv, kty, x, y }))
  return { ...keys, jkt: base64url.encode(digest), mark: base32Start(digest, 4) }
}

/**
 * @param audience DID or URL of the issuer @param now ms since 1970
 * @returns a key proof of OpenID4VCI 1.0, appendix F.1
 */
export function keyProof(
  holder: Holder,
  { audience, nonce, now }: { audience: string; nonce?: string | undefined; now: number },
): Promise<string> {
  return new SignJWT({ aud: audience, iat: Math.floor(now / 1000), ...(nonce !== undefined && { nonce }) })
    .setProtectedHeader({ typ: 'openid4vci-proof+jwt', alg: 'ES256', jwk: holder.jwk })
    .sign(holder.signing)
}
