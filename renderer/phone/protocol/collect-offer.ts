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

/** What the phone keeps of a credential that will come (§9). */
export interface Deferred {
  endpoint: string
  transaction: string
  token: string
}

export type Collected = { state: 'here'; sdJwt: string } | { state: 'later'; deferred: Deferred | undefined }

interface CollectOptions {
  holder: Holder
  reach: ReachIssuer
  /** ms since 1970 */
  now: () => number
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
  const token = await parsed(
    reach(endpoints.value.token_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: grantType,
        'pre-authorized_code': offer.code,
        ...(offer.digits > 0 && { tx_code: txCode }),
      }).toString(),
    }),
    zToken,
  )
  if (token.isErr()) return failed(token.error.code)
  const nonce = nonce_endpoint
    ? await parsed(reach(nonce_endpoint, { method: 'POST' }), zNonce)
    : ok({ c_nonce: undefined })
  if (nonce.isErr()) return failed(nonce.error.code)
  const proof = await keyProof(holder, { audience: offer.issuer, nonce: nonce.value.c_nonce, now: now() })
  const reply = await reach(credential_endpoint, {
    method: 'POST',
    headers: jsonFor(token.value.access_token),
    body: JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt: [proof] } }),
  })
  if (reply.isErr()) return failed(reply.error.code)
  const collected = readCredentials(reply.value, {
    endpoint: deferred_credential_endpoint,
    token: token.value.access_token,
  })
  if (collected.isOk() && rest.notification_endpoint !== undefined)
    await notify(reach, rest.notification_endpoint, token.value.access_token, reply.value.body)
  return collected
}

/** Asks again for what was deferred. */
export async function askAgain(
  { endpoint, transaction, token }: Deferred,
  reach: ReachIssuer,
): Promise<Result<Collected, PhoneFailure>> {
  const reply = await reach(endpoint, {
    method: 'POST',
    headers: jsonFor(token),
    body: JSON.stringify({ transaction_id: transaction }),
  })
  return reply.andThen((said) => readCredentials(said, { endpoint, token }))
}

function readCredentials(
  { status, body }: IssuerReply,
  { endpoint, token }: { endpoint: string | undefined; token: string },
): Result<Collected, PhoneFailure> {
  const here = zCredentials.safeParse(body)
  if (status === 200 && here.success)
    return ok({ state: 'here', sdJwt: here.data.credentials[0]?.credential ?? '' })
  const later = zDeferred.safeParse(body)
  if (later.success && endpoint !== undefined)
    return ok({
      state: 'later',
      deferred: { endpoint, token, transaction: later.data.transaction_id },
    })
  return failed(
    zRefusal.safeParse(body).data?.error === 'credential_request_denied' ? 'offer.denied' : 'offer.refused',
  )
}

/** The issuer may know that it arrived (§11); where it cannot be told, nothing is lost. */
async function notify(reach: ReachIssuer, endpoint: string, token: string, body: unknown): Promise<void> {
  const id = zCredentials.safeParse(body).data?.notification_id
  if (id === undefined) return
  await reach(endpoint, {
    method: 'POST',
    headers: jsonFor(token),
    body: JSON.stringify({ notification_id: id, event: 'credential_accepted' }),
  })
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
