/**
 * Asking a phone for named claims, by QR and without a network: an OpenID4VP 1.0 request with a DCQL query.
 *
 * `client_id` is `redirect_uri:` and the URI that the answer belongs to (§5.9.3), the response mode is the
 * default, `fragment` (§8). A wallet follows the redirect by showing it: the answer QR holds
 * `btkiosk:present:1:<id>#vp_token=…`. So nothing of the protocol is ours but the way it travels.
 */
import { DcqlQuery } from 'dcql'
import { foundationalTypeIri, foundationalVct, type ClaimName } from './z-foundational.ts'

/** Types of every W3C credential carry this IRI too, and `type_values` lists all that must be there. */
const credentialTypeIri = 'https://www.w3.org/2018/credentials#VerifiableCredential'

/** Ids in the query, and so the keys of the `vp_token`. */
export const queryIds = { 'dc+sd-jwt': 'sd', ldp_vc: 'ld' } as const
export type PresentationFormat = keyof typeof queryIds

/** Of an entry of `verifier_info` (OpenID4VP 1.0 §5.11) that is ours: docs/phone-page.md. */
const askerFormat = 'btkiosk-asker'

export interface PresentationRequestOptions {
  /** names this request; 1–40 of A–Z a–z 0–9 - _ */
  id: string
  claims: readonly ClaimName[]
  clock: { now(): number }
  /** @returns that many random bytes */
  random: (bytes: number) => Uint8Array
  /** default 300 */
  lifetimeSeconds?: number
  /** what the phone tells its owner of who asks and why; nothing in it is proven */
  asker?: { office: string; purpose: string }
}

/** What the verifier keeps until the answer comes; only `text` leaves the kiosk. */
export interface AskedPresentation {
  id: string
  /** what the QR shows: `openid4vp://?…` */
  text: string
  nonce: string
  /** the audience that the wallet must sign for */
  clientId: string
  /** what the answer must begin with, before its `#` */
  redirectUri: string
  claims: readonly ClaimName[]
  /** milliseconds since 1970 */
  created: number
  expires: number
}

/** @returns the request to keep and to show; a fresh 128-bit nonce each time */
export function createPresentationRequest(options: PresentationRequestOptions): AskedPresentation {
  const { id, claims, clock, random, lifetimeSeconds = 300, asker } = options
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(id)) throw new TypeError('id of a presentation request')
  if (claims.length === 0 || new Set(claims).size !== claims.length) throw new TypeError('claims to ask for')
  const nonce = Buffer.from(random(16)).toString('base64url')
  const redirectUri = `btkiosk:present:1:${id}`
  const clientId = `redirect_uri:${redirectUri}`
  const created = clock.now()
  const parameters = {
    response_type: 'vp_token',
    client_id: clientId,
    redirect_uri: redirectUri,
    nonce,
    dcql_query: JSON.stringify(dcqlFor(claims)),
    ...(asker && { verifier_info: JSON.stringify([{ format: askerFormat, data: asker }]) }),
  }
  const text = `openid4vp://?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${sparinglyEncoded(value)}`)
    .join('&')}`
  const expires = created + lifetimeSeconds * 1000
  return { id, text, nonce, clientId, redirectUri, claims: [...claims], created, expires }
}

/** @returns the DCQL query: either format will do, and of it the claims that were named (OpenID4VP 1.0 §6) */
export function dcqlFor(claims: readonly ClaimName[]): object {
  const query = {
    credentials: [
      {
        id: queryIds['dc+sd-jwt'],
        format: 'dc+sd-jwt',
        meta: { vct_values: [foundationalVct] },
        claims: claims.map((name) => ({ path: [name] })),
      },
      {
        id: queryIds.ldp_vc,
        format: 'ldp_vc',
        meta: { type_values: [[credentialTypeIri, foundationalTypeIri]] },
        claims: claims.map((name) => ({ path: ['credentialSubject', name] })),
      },
    ],
    credential_sets: [{ options: [[queryIds['dc+sd-jwt']], [queryIds.ldp_vc]] }],
  }
  DcqlQuery.validate(DcqlQuery.parse(query as DcqlQuery.Input))
  return query
}

/** `:`, `/` and `,` mean nothing inside a query (RFC 3986 §3.4): left as they are, the QR stays coarser. */
function sparinglyEncoded(value: string): string {
  return encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',')
}
