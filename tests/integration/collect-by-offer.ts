/** A phone with a network of its own, which collects what was queued for it. */
import { importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import type { TestPhone } from '../unit/handover/test-phone.ts'

const tokens = new Map<string, string>()
const zGranted = z.object({ access_token: z.string() })
const post = async (url: string, init: RequestInit): Promise<unknown> =>
  (await fetch(url, { method: 'POST', ...init })).json()

/** As OpenID4VCI 1.0 has it, for the SD-JWT alone. A code is redeemed once; its token serves for both tries. */
export async function collectByOffer({
  uri,
  txCode,
  holder,
}: {
  uri: string
  txCode: string
  holder: TestPhone
}) {
  const offer = z
    .object({
      credential_issuer: z.url(),
      grants: z.record(z.string(), z.object({ 'pre-authorized_code': z.string() })),
    })
    .parse(JSON.parse(new URL(uri).searchParams.get('credential_offer') ?? ''))
  const { credential_issuer: at } = offer
  const [grant = '', { 'pre-authorized_code': code } = { 'pre-authorized_code': '' }] =
    Object.entries(offer.grants)[0] ?? []
  const form = new URLSearchParams({ grant_type: grant, 'pre-authorized_code': code, tx_code: txCode })
  const token =
    tokens.get(code) ?? zGranted.parse(await post(`${at}/oid4vci/token`, { body: form })).access_token
  tokens.set(code, token)
  const { c_nonce: nonce } = z.object({ c_nonce: z.string() }).parse(await post(`${at}/oid4vci/nonce`, {}))
  const jwt = await new SignJWT({ nonce })
    .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: holder.key.publicJwk })
    .setAudience(at)
    .setIssuedAt()
    .sign(await importJWK(holder.key.privateJwk, 'ES256'))
  const answer = await post(`${at}/oid4vci/credential`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ credential_configuration_id: 'FoundationalId_dc_sd-jwt', proofs: { jwt: [jwt] } }),
  })
  const issued = z
    .object({
      error: z.string().optional(),
      credentials: z.array(z.object({ credential: z.string() })).optional(),
    })
    .parse(answer)
  const [first] = issued.credentials ?? []
  return first ?? { error: issued.error, credential: undefined }
}
