/** OpenID4VCI 1.0 for the phone: offer by reference, pre-authorised code with transaction code, nonce, credential. */
import express, { Router, type Response } from 'express'
import { z } from 'zod'
import { issueFoundationalLdp } from '../../../main/credentials/issue-ldp.ts'
import { issueFoundationalSdJwt } from '../../../main/credentials/issue-sd-jwt.ts'
import type { IssuerKeys } from '../keys.ts'
import { checkHolderProof } from './holder-proof.ts'
import {
  authorizationServerMetadata,
  configurationIds,
  credentialIssuerMetadata,
  credentialOffer,
  preAuthorized,
} from './metadata.ts'
import type { Offer, Offers } from './offers.ts'

export interface CredentialRoutesOptions {
  url: () => string
  keys: IssuerKeys
  offers: Offers
  clock: { now(): number }
  statusListUrl: () => string
  /** every credential of the offer has been handed to the wallet */
  onCollected: (offer: Offer) => Promise<void>
}

const zTokenRequest = z.object({
  grant_type: z.string(),
  'pre-authorized_code': z.string().max(200),
  tx_code: z.string().max(20).optional(),
  // drafts before 1.0 called it so, and wallets in the field still do
  user_pin: z.string().max(20).optional(),
})

const zCredentialRequest = z.object({
  credential_configuration_id: z.enum([configurationIds.ldp_vc, configurationIds['dc+sd-jwt']]).optional(),
  format: z.enum(['ldp_vc', 'dc+sd-jwt']).optional(),
  proofs: z.object({ jwt: z.array(z.string().max(8_000)).length(1) }).optional(),
  proof: z.object({ proof_type: z.literal('jwt'), jwt: z.string().max(8_000) }).optional(),
})

const validityDays = 365

function fail(response: Response, status: number, error: string): void {
  response.status(status).set('cache-control', 'no-store').json({ error })
}

export function credentialRoutes(options: CredentialRoutesOptions): Router {
  const { url, keys, offers, clock, statusListUrl, onCollected } = options
  const router = Router()
  router.get('/.well-known/openid-credential-issuer', (_request, response) => {
    response.json(credentialIssuerMetadata(url()))
  })
  for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
    router.get(path, (_request, response) => void response.json(authorizationServerMetadata(url())))
  }
  router.get('/oid4vci/offers/:id', (request, response) => {
    const offer = offers.byId(request.params.id)
    if (!offer || offers.isOver(offer)) return fail(response, 404, 'invalid_request')
    response.set('cache-control', 'no-store').json(credentialOffer(url(), offer))
  })
  router.post(
    '/oid4vci/token',
    express.urlencoded({ extended: false, limit: '8kb' }),
    (request, response) => {
      const parsed = zTokenRequest.safeParse(request.body)
      if (!parsed.success) return fail(response, 400, 'invalid_request')
      if (parsed.data.grant_type !== preAuthorized) return fail(response, 400, 'unsupported_grant_type')
      const redeemed = offers.redeem(
        parsed.data['pre-authorized_code'],
        parsed.data.tx_code ?? parsed.data.user_pin,
      )
      if (!redeemed.ok) return fail(response, 400, redeemed.error)
      response
        .set('cache-control', 'no-store')
        .json({ access_token: redeemed.offer.token, token_type: 'Bearer', expires_in: 300 })
    },
  )
  router.post('/oid4vci/nonce', (_request, response) => {
    response.set('cache-control', 'no-store').json({ c_nonce: offers.nonce() })
  })
  router.post('/oid4vci/credential', express.json({ limit: '32kb' }), async (request, response) => {
    const token = /^(?:Bearer|DPoP) (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    const offer = token ? offers.byToken(token) : undefined
    if (!offer) {
      response.set('www-authenticate', 'Bearer error="invalid_token"')
      return fail(response, 401, 'invalid_token')
    }
    const parsed = zCredentialRequest.safeParse(request.body)
    if (!parsed.success) return fail(response, 400, 'invalid_credential_request')
    const { credential_configuration_id, format, proofs, proof } = parsed.data
    const wanted = credential_configuration_id ?? (format && configurationIds[format])
    if (!wanted) return fail(response, 400, 'unknown_credential_configuration')
    const jwt = proofs?.jwt[0] ?? proof?.jwt
    if (!jwt) return fail(response, 400, 'invalid_proof')
    const checked = await checkHolderProof(jwt, {
      audience: url(),
      now: clock.now(),
      useNonce: (nonce) => offers.useNonce(nonce),
    })
    if (!checked.ok) return fail(response, 400, checked.error)
    // What is valid from now must not be from the future for a phone whose clock is a little behind.
    const validFrom = new Date(clock.now() - 60_000)
    const issue = {
      claims: offer.claims,
      holderJwk: checked.jwk,
      issuerKey: keys.signing,
      status: { listUrl: statusListUrl(), index: offer.statusIndex },
      validFrom,
      validUntil: new Date(clock.now() + validityDays * 86_400_000),
    }
    const credential =
      wanted === configurationIds.ldp_vc
        ? await issueFoundationalLdp({ ...issue, ...(checked.holderDid && { holderDid: checked.holderDid }) })
        : await issueFoundationalSdJwt(issue)
    offer.given.add(wanted)
    if (offer.given.size === Object.keys(configurationIds).length && offer.state !== 'collected') {
      offer.state = 'collected'
      await onCollected(offer)
    }
    response.set('cache-control', 'no-store').json({ credentials: [{ credential }] })
  })
  return router
}
