/** Collects what was offered: OpenID4VCI 1.0 with a pre-authorised code. */
import { ok, type Result } from 'neverthrow'
import { z } from 'zod'
import { keyProof, type Holder } from './holder.ts'
import { readOffer, readOfferCode, type Offer } from './offer-code.ts'
import { failed, type PhoneFailure } from './phone-failure.ts'
import type { IssuerReply, ReachIssuer } from './reach-issuer.ts'

const zUrl = z.url({ protocol: /^https?$/ }).max(500)
const zMetadata = z.object({
  credential_endpoint: zUrl,
  nonce_endpoint: zUrl.optional(),
  deferred_credential_endpoint: zUrl.optional(),
  notification_endpoint: zUrl.optional(),
  authorization_servers: z.array(zUrl).max(10).optional(),
  display: z
    .array(z.object({ name: z.string().max(200) }))
    .max(20)
    .optional(),
  credential_configurations_supported: z.record(z.string(), z.looseObject({ format: z.string() })),
})
const zServer = z.object({ token_endpoint: zUrl })
const zToken = z.object({ access_token: z.string().min(1).max(8_000) })
const zNonce = z.object({ c_nonce: z.string().min(1).max(500) })
const zCredentials = z.object({
  credentials: z
    .array(z.object({ credential: z.string().max(65_536) }))
    .min(1)
    .max(10),
  notification_id: z.string().max(500).optional(),
})
const zDeferred = z.object({ transaction_id: z.string().min(1).max(500), interval: z.number().optional() })
const zRefusal = z.object({ error: z.string().max(100) })

/** Where to ask for a credential that will come (§9), and where to say that it came (§11). */
export interface Deferred {
  endpoint: string
  transaction: string
  token: string
  notices?: string | undefined
}

/** To whom the phone says whether it could keep what it got. */
export interface Notice {
  endpoint: string
  token: string
  id: string
}

export type Collected =
  | { state: 'here'; sdJwt: string; notice: Notice | undefined }
  | { state: 'later'; deferred: Deferred | undefined }

interface CollectOptions {
  holder: Holder
  reach: ReachIssuer
  /** ms since 1970 */
  now: () => number
  /** of an earlier try: a code is taken once, what it gave is good for longer */
  token?: string | undefined
  onToken?: (token: string) => void
}

const grantType = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

/** @param text of the code @returns the offer, and whether it lay in the code itself; `code.broken`, `offer.*` */
export async function openOffer(
  text: string,
  reach: ReachIssuer,
): Promise<Result<{ offer: Offer; byValue: boolean }, PhoneFailure>> {
  const code = readOfferCode(text)
  if (code.isErr()) return failed(code.error.code)
  if (code.value.by === 'value') return ok({ offer: code.value.offer, byValue: true })
  return (await reach(code.value.uri)).andThen(({ status, body }) =>
    status === 200 ? readOffer(body).map((offer) => ({ offer, byValue: false })) : failed('offer.refused'),
  )
}

/** @returns what the issuer calls itself; undefined where it cannot be asked now */
export async function nameOfIssuer({ issuer }: Offer, reach: ReachIssuer): Promise<string | undefined> {
  const metadata = await parsed(reach(wellKnown(issuer, 'openid-credential-issuer')), zMetadata)
  return metadata.isOk() ? metadata.value.display?.[0]?.name : undefined
}

/** @returns the credential as it came, unchecked, or that it will come; `offer.*`, `credential.unsuited` */
export async function collectOffer(
  offer: Offer,
  txCode: string,
  options: CollectOptions,
): Promise<Result<Collected, PhoneFailure>> {
  const { holder, reach, now } = options
  const metadata = await parsed(reach(wellKnown(offer.issuer, 'openid-credential-issuer')), zMetadata)
  if (metadata.isErr()) return failed(metadata.error.code)
  const { credential_endpoint, nonce_endpoint, deferred_credential_endpoint, ...rest } = metadata.value
  const configuration = offer.configurations.find(
    (id) => rest.credential_configurations_supported[id]?.['format'] === 'dc+sd-jwt',
  )
  if (configuration === undefined) return failed('credential.unsuited')
  const server = rest.authorization_servers?.[0] ?? offer.issuer
  const endpoints = await parsed(reach(wellKnown(server, 'oauth-authorization-server')), zServer)
  if (endpoints.isErr()) return failed(endpoints.error.code)
  const token = await tokenFor(endpoints.value.token_endpoint, offer, txCode, options)
  if (token.isErr()) return failed(token.error.code)
  options.onToken?.(token.value)
  const nonce = nonce_endpoint
    ? await parsed(reach(nonce_endpoint, { method: 'POST' }), zNonce)
    : ok({ c_nonce: undefined })
  if (nonce.isErr()) return failed(nonce.error.code)
  const proof = await keyProof(holder, { audience: offer.issuer, nonce: nonce.value.c_nonce, now: now() })
  const reply = await reach(credential_endpoint, {
    method: 'POST',
    headers: jsonFor(token.value),
    body: JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt: [proof] } }),
  })
  if (reply.isErr()) return failed(reply.error.code)
  return readCredentials(reply.value, {
    endpoint: deferred_credential_endpoint,
    notices: rest.notification_endpoint,
    token: token.value,
  })
}

async function tokenFor(
  endpoint: string,
  { code, digits }: Offer,
  txCode: string,
  { reach, token }: CollectOptions,
): Promise<Result<string, PhoneFailure>> {
  if (token !== undefined) return ok(token)
  const said = await parsed(
    reach(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: grantType,
        'pre-authorized_code': code,
        ...(digits > 0 && { tx_code: txCode }),
      }).toString(),
    }),
    zToken,
  )
  return said.map(({ access_token }) => access_token)
}

/** Asks again for what was deferred. */
export async function askAgain(
  deferred: Deferred,
  reach: ReachIssuer,
): Promise<Result<Collected, PhoneFailure>> {
  const { endpoint, transaction, token } = deferred
  const reply = await reach(endpoint, {
    method: 'POST',
    headers: jsonFor(token),
    body: JSON.stringify({ transaction_id: transaction }),
  })
  return reply.andThen((said) => readCredentials(said, deferred))
}

/** Whether the phone could keep it (§11); where the issuer cannot be told, nothing is lost. */
export async function tellIssuer(
  { endpoint, token, id }: Notice,
  event: 'credential_accepted' | 'credential_failure',
  reach: ReachIssuer,
): Promise<void> {
  const body = JSON.stringify({ notification_id: id, event })
  await reach(endpoint, { method: 'POST', headers: jsonFor(token), body })
}

interface Doors {
  endpoint: string | undefined
  notices?: string | undefined
  token: string
}

function readCredentials(
  { status, body }: IssuerReply,
  { endpoint, notices, token }: Doors,
): Result<Collected, PhoneFailure> {
  const here = zCredentials.safeParse(body).data
  const [first] = here?.credentials ?? []
  if (status === 200 && here && first) {
    const id = here.notification_id
    const notice = notices !== undefined && id !== undefined ? { endpoint: notices, token, id } : undefined
    return ok({ state: 'here', sdJwt: first.credential, notice })
  }
  const transaction = zDeferred.safeParse(body).data?.transaction_id
  if (transaction !== undefined && endpoint !== undefined)
    return ok({ state: 'later', deferred: { endpoint, notices, token, transaction } })
  const denied = zRefusal.safeParse(body).data?.error === 'credential_request_denied'
  return failed(denied ? 'offer.denied' : 'offer.refused')
}

const jsonFor = (token: string) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${token}`,
})

/** §12.2.2: the well-known part stands before the issuer's own path. */
function wellKnown(issuer: string, name: string): string {
  const url = new URL(issuer)
  return `${url.origin}/.well-known/${name}${url.pathname === '/' ? '' : url.pathname.replace(/\/$/, '')}`
}

async function parsed<T>(
  reply: Promise<Result<IssuerReply, PhoneFailure>>,
  schema: z.ZodType<T>,
): Promise<Result<T, PhoneFailure>> {
  const said = await reply
  if (said.isErr()) return failed(said.error.code)
  const { status, body } = said.value
  if (status >= 400) return failed(status === 429 ? 'offer.unreachable' : 'offer.refused')
  const fits = schema.safeParse(body)
  return fits.success ? ok(fits.data) : failed('offer.unreachable')
}
