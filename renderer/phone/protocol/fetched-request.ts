/**
 * A question that lies at an address (OpenID4VP 1.0 §5.10, `request_uri`), signed by who asks. Its answer goes back over the
 * network, encrypted.
 */
import { decodeProtectedHeader, jwtVerify } from 'jose'
import type { Result } from 'neverthrow'
import { z } from 'zod'
import { keyOfDid } from './key-of-did.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'
import type { ReachIssuer } from './reach-issuer.ts'
import { readQuestion, type AskedRequest } from './request-code.ts'
import { zPublicJwk } from './z-jwk.ts'

const longestText = 2_000
const longestRequest = 16_000
/** §5.9.3: who asks is a DID, and the question is signed with its key. */
const prefix = 'decentralized_identifier:'

const zHeader = z.object({
  typ: z.literal('oauth-authz-req+jwt'),
  alg: z.literal('ES256'),
  kid: z.string().max(500),
})
const zRequest = z.object({
  response_type: z.literal('vp_token'),
  response_mode: z.literal('direct_post.jwt'),
  response_uri: z.url({ protocol: /^https?$/ }).max(1_000),
  client_id: z.string().max(500),
  nonce: z.string().min(16).max(200),
  state: z.string().max(500).optional(),
  exp: z.number(),
  dcql_query: z.unknown(),
  verifier_info: z.unknown().optional(),
  client_metadata: z.object({
    jwks: z.object({
      keys: z
        .array(zPublicJwk.extend({ kid: z.string().max(100), alg: z.literal('ECDH-ES') }))
        .min(1)
        .max(4),
    }),
    encrypted_response_enc_values_supported: z.array(z.string().max(20)).max(8).default(['A128GCM']),
  }),
})

const said = (text: string) => new URLSearchParams(text.slice(text.indexOf('?') + 1))

export const isByReference = (text: string): boolean =>
  text.length <= longestText && said(text).get('request_uri') !== null

/**
 * @param now ms since 1970
 * @returns the question; `request.not-there`, `request.registration` where it is not signed by who it says,
 *   `request.unsuited` where this phone cannot answer it
 */
export async function fetchRequest(
  text: string,
  reach: ReachIssuer,
  now: number,
): Promise<Result<AskedRequest, PhoneFailure>> {
  const parameters = said(text)
  const [clientId, at] = [parameters.get('client_id') ?? '', parameters.get('request_uri') ?? '']
  if (!clientId.startsWith(prefix)) return failed('request.unsuited')
  const reply = await reach(at)
  const jwt = reply.isOk() && reply.value.status === 200 ? reply.value.body : undefined
  if (typeof jwt !== 'string' || jwt.length > longestRequest) return failed('request.not-there')
  const did = clientId.slice(prefix.length)
  const payload = await verified(jwt, did, now)
  if (!payload) return failed('request.registration')
  const request = zRequest.safeParse(payload)
  if (!request.success) return failed('request.unsuited')
  // What a code promised is what was signed, and the answer goes where the question came from.
  const { client_id, response_uri, nonce, state, client_metadata } = request.data
  if (client_id !== clientId || new URL(response_uri).origin !== new URL(at).origin)
    return failed('request.registration')
  const [key] = client_metadata.jwks.keys
  const enc = (['A256GCM', 'A128GCM'] as const).find((one) =>
    client_metadata.encrypted_response_enc_values_supported.includes(one),
  )
  if (!key || !enc) return failed('request.unsuited')
  const sealTo = { jwk: zPublicJwk.parse(key), kid: key.kid, enc }
  const answer = { by: 'post', uri: response_uri, state, sealTo } as const
  return readQuestion(
    { clientId, nonce, answer, signedBy: did },
    request.data.dcql_query,
    request.data.verifier_info ?? [],
  )
}

async function verified(jwt: string, did: string, now: number): Promise<unknown> {
  try {
    const header = zHeader.parse(decodeProtectedHeader(jwt))
    const key = header.kid.startsWith(`${did}#`) ? keyOfDid(did) : undefined
    if (!key) return undefined
    const options = { algorithms: ['ES256'], currentDate: new Date(now), clockTolerance: 300 }
    return (await jwtVerify(jwt, key, options)).payload
  } catch {
    return undefined
  }
}
