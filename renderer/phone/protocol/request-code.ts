/** A verifier's question: OpenID4VP 1.0 with a DCQL query, off a code. */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { failed, type PhoneFailure } from './phone-failure.ts'
import type { PublicJwk } from './z-jwk.ts'

const longest = 12_000

const zParameters = z.object({
  response_type: z.literal('vp_token'),
  client_id: z.string().min(1).max(1_000),
  nonce: z.string().min(16).max(200),
  dcql_query: z.string().max(8_000),
  response_mode: z.enum(['fragment', 'direct_post']).default('fragment'),
  response_uri: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .optional(),
  state: z.string().max(500).optional(),
  verifier_info: z.string().max(8_000).optional(),
})

const zClaim = z.object({ path: z.tuple([z.string().min(1).max(100)]) })
const zSdJwtQuery = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,60}$/),
  format: z.literal('dc+sd-jwt'),
  meta: z.object({ vct_values: z.array(z.string().max(400)).min(1).max(20) }),
  claims: z.array(zClaim).min(1).max(40),
})
const zQuery = z.object({ credentials: z.array(z.unknown()).min(1).max(20) })
const zVerifierInfo = z
  .array(z.object({ format: z.string().max(60), data: z.union([z.string().max(8_000), z.unknown()]) }))
  .max(8)

/** How the answer goes back. */
export type AnswerWay =
  /** as a code that the kiosk's camera reads; `redirect` is what the code begins with */
  | { by: 'code'; redirect: string }
  /** `sealTo`: the answer is encrypted to this key (§8.3.1) */
  | { by: 'post'; uri: string; state: string | undefined; sealTo?: AnswerKey }

/** As the verifier named it. */
export interface AnswerKey {
  jwk: PublicJwk
  kid: string
  enc: 'A256GCM' | 'A128GCM'
}

export interface AskedRequest {
  clientId: string
  nonce: string
  answer: AnswerWay
  queryId: string
  /** types of credential of which any will do */
  types: string[]
  /** names of the claims that are asked for */
  fields: string[]
  /** what the verifier brought to say who it is: (OpenID4VP 1.0 §5.11) by format */
  verifierInfo: { format: string; data: unknown }[]
  /** DID whose key signed the question; a question by code is signed by nobody */
  signedBy?: string
}

export const isRequest = (text: string): boolean => /^openid4vp:/i.test(text)

/** @returns who asks for what; `code.broken`, `request.unsuited` where it is a question this phone cannot answer */
export function readRequest(text: string): Result<AskedRequest, PhoneFailure> {
  if (text.length > longest) return failed('code.broken')
  const said = new URLSearchParams(text.slice(text.indexOf('?') + 1))
  return readParameters(Object.fromEntries(said))
}

export function readParameters(said: object): Result<AskedRequest, PhoneFailure> {
  const parameters = zParameters.safeParse(said)
  if (!parameters.success) return failed('code.broken')
  const { client_id: clientId, nonce, dcql_query, verifier_info } = parameters.data
  const answer = answerWay(parameters.data)
  if (!answer) return failed('request.unsuited')
  const info = verifier_info === undefined ? [] : json(verifier_info)
  return readQuestion({ clientId, nonce, answer }, json(dcql_query), info)
}

/** @param dcql @param verifierInfo as they were parsed, not looked at yet; `request.unsuited` */
export function readQuestion(
  who: Pick<AskedRequest, 'clientId' | 'nonce' | 'answer' | 'signedBy'>,
  dcql: unknown,
  verifierInfo: unknown,
): Result<AskedRequest, PhoneFailure> {
  const query = zQuery.safeParse(dcql)
  const info = zVerifierInfo.safeParse(verifierInfo)
  if (!query.success || !info.success) return failed('request.unsuited')
  const wanted = query.data.credentials
    .map((one) => zSdJwtQuery.safeParse(one).data)
    .find((one) => one !== undefined)
  if (!wanted) return failed('request.unsuited')
  return ok({
    ...who,
    queryId: wanted.id,
    types: wanted.meta.vct_values,
    fields: [...new Set(wanted.claims.map(({ path: [name] }) => name))],
    verifierInfo: info.data.map(({ format, data }) => ({ format, data })),
  })
}

/** Only where the answer goes exactly to whom it is signed for (§5.9.3, `redirect_uri:`). */
function answerWay(said: z.infer<typeof zParameters>): AnswerWay | undefined {
  const redirect = said.client_id.startsWith('redirect_uri:')
    ? said.client_id.slice('redirect_uri:'.length)
    : undefined
  if (redirect === undefined) return undefined
  if (said.response_mode === 'fragment')
    return /^btkiosk:present:1:[A-Za-z0-9_-]{1,40}$/.test(redirect) ? { by: 'code', redirect } : undefined
  return said.response_uri === redirect ? { by: 'post', uri: redirect, state: said.state } : undefined
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
