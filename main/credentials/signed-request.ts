/**
 * The same question as by code, for a phone that has a network (OpenID4VP 1.0): signed by the kiosk (§5.9.3,
 * `decentralized_identifier`), fetched by reference (§5.10), with the issuer's word on who asks (`verifier_info`), answered to an
 * address and encrypted to a key that is used once (§8.3.1).
 */
import { compactDecrypt, decodeProtectedHeader, importJWK, SignJWT } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'
import type { Failure } from '../api/answer.ts'
import { generateIssuerKey, type IssuerKey } from './keys.ts'
import { dcqlFor, type AskedPresentation } from './presentation-request.ts'
import type { ClaimName } from './z-foundational.ts'

export interface SignedRequestOptions {
  /** 22 characters of base64url; names the request at the relay */
  id: string
  purpose: string
  office: string
  claims: readonly ClaimName[]
  kioskKey: IssuerKey
  /** the issuer's address, as phones know it */
  url: string
  /** the issuer's word on this kiosk, a JWT */
  registration: string
  clock: { now(): number }
  random: (bytes: number) => Uint8Array
}

export interface SignedRequest {
  /** `text` is what the code holds: where the request lies */
  asked: AskedPresentation
  /** the request object, a JWT, for the relay */
  request: string
  /** opens the answer; kept in memory only, and forgotten with the question */
  answerKey: IssuerKey
}

const lifetimeSeconds = 300
const alg = 'ECDH-ES'
const encryptions = ['A256GCM', 'A128GCM'] as const
export const longestSealedAnswer = 32_000

/** @returns the question to keep, to leave at the relay and to show; fresh nonce and answer key each time */
export async function createSignedRequest(options: SignedRequestOptions): Promise<SignedRequest> {
  const { id, purpose, office, claims, kioskKey, url, registration, clock, random } = options
  if (claims.length === 0 || new Set(claims).size !== claims.length) throw new TypeError('claims to ask for')
  const created = clock.now()
  const expires = created + lifetimeSeconds * 1000
  const answerKey = await generateIssuerKey()
  const clientId = `decentralized_identifier:${kioskKey.did}`
  const nonce = Buffer.from(random(16)).toString('base64url')
  const redirectUri = new URL(`/oid4vp/answers/${id}`, url).href
  const request = await new SignJWT({
    ...{ response_type: 'vp_token', response_mode: 'direct_post.jwt', response_uri: redirectUri },
    ...{ client_id: clientId, nonce, dcql_query: dcqlFor(claims) },
    client_metadata: {
      jwks: { keys: [{ ...answerKey.publicJwk, kid: id, use: 'enc', alg }] },
      encrypted_response_enc_values_supported: encryptions,
      vp_formats_supported: {
        'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] },
        ldp_vc: { proof_type_values: ['DataIntegrityProof'], cryptosuite_values: ['ecdsa-sd-2023'] },
      },
    },
    verifier_info: [
      { format: 'jwt', data: registration },
      { format: 'btkiosk-asker', data: { office, purpose } },
    ],
  })
    .setProtectedHeader({ typ: 'oauth-authz-req+jwt', alg: 'ES256', kid: kioskKey.keyId })
    .setIssuer(clientId)
    // §5.8: of a wallet that was not looked up before.
    .setAudience('https://self-issued.me/v2')
    .setIssuedAt(Math.floor(created / 1000))
    .setExpirationTime(Math.floor(expires / 1000))
    .sign(await importJWK(kioskKey.privateJwk, 'ES256'))
  const at = new URL(`/oid4vp/requests/${id}`, url).href
  const text = `openid4vp://?client_id=${encodeURIComponent(clientId)}&request_uri=${encodeURIComponent(at)}`
  return { asked: { id, text, nonce, clientId, redirectUri, claims, created, expires }, request, answerKey }
}

const zHeader = z.looseObject({
  alg: z.literal(alg),
  enc: z.enum(encryptions),
  kid: z.string().optional(),
  /** A small text could become a very long one. */
  zip: z.undefined().optional(),
})
const zAnswer = z.object({ vp_token: z.unknown() })

/** @param jwe what the phone left at the relay @returns its `vp_token`, not looked at; `presentation.unreadable` {part: answer} */
export async function openSealedAnswer(jwe: string, answerKey: IssuerKey): Promise<Result<unknown, Failure>> {
  const unreadable = err<never, Failure>({ code: 'presentation.unreadable', detail: { part: 'answer' } })
  if (jwe.length > longestSealedAnswer) return unreadable
  try {
    zHeader.parse(decodeProtectedHeader(jwe))
    const { plaintext } = await compactDecrypt(jwe, await importJWK(answerKey.privateJwk, alg))
    return ok(zAnswer.parse(JSON.parse(new TextDecoder().decode(plaintext))).vp_token)
  } catch {
    return unreadable
  }
}
