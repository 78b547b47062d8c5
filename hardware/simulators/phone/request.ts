/** Reading a verifier's OpenID4VP 1.0 request off a QR, and writing the answer for the phone's own QR. */
import { DcqlQuery } from 'dcql'
import { z } from 'zod'

export type Format = 'dc+sd-jwt' | 'ldp_vc'

export interface ReadRequest {
  /** as it was on the QR */
  text: string
  nonce: string
  clientId: string
  redirectUri: string
  query: DcqlQuery
}

const zParameters = z.object({
  response_type: z.literal('vp_token'),
  response_mode: z.literal('fragment').optional(),
  client_id: z.string().startsWith('redirect_uri:').max(200),
  nonce: z.string().min(16).max(200),
  dcql_query: z.string().max(8000),
})

/** @throws if it is not a request that this phone can answer: unsigned, by redirect, with DCQL */
export function readRequest(text: string): ReadRequest {
  const url = new URL(text)
  if (url.protocol !== 'openid4vp:') throw new Error('not an OpenID4VP request')
  const parameters = zParameters.parse(Object.fromEntries(url.searchParams))
  const query = DcqlQuery.parse(JSON.parse(parameters.dcql_query))
  DcqlQuery.validate(query)
  return {
    text,
    nonce: parameters.nonce,
    clientId: parameters.client_id,
    redirectUri: parameters.client_id.slice('redirect_uri:'.length),
    query,
  }
}

/** @returns the query id for this format and the names of the claims it asks for. @throws if none is for it */
export function askedOf({ query }: ReadRequest, format: Format): { id: string; claims: string[] } {
  const found = query.credentials.find((credential) => credential.format === format)
  if (!found) throw new Error(`the verifier does not take ${format}`)
  const claims = (found.claims ?? []).map((claim) => {
    const name = 'path' in claim ? claim.path?.at(-1) : undefined
    if (typeof name !== 'string') throw new Error('a claim without a name')
    return name
  })
  return { id: found.id, claims }
}

/** @returns the redirect that a wallet would follow (OpenID4VP 1.0 §8.1), sparingly encoded for a small QR */
export function writeAnswer(request: ReadRequest, id: string, presentation: unknown): string {
  const token = encodeURIComponent(JSON.stringify({ [id]: [presentation] }))
  const sparing = token.replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',')
  return `${request.redirectUri}#vp_token=${sparing}`
}
