/** OpenID4VCI 1.0 for the phone: offer by reference, pre-authorised code with transaction code, nonce, credential. */
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express'
import {
  Oauth2AuthorizationServer,
  Oauth2ErrorCodes,
  Oauth2ResourceServer,
  Oauth2ResourceUnauthorizedError,
  Oauth2ServerErrorResponseError,
  preAuthorizedCodeGrantIdentifier,
} from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { setGlobalConfig } from '@openid4vc/utils'
import type { FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { IssuerKeys } from '../keys.ts'
import { protocolCallbacks, tokenKeySet } from './callbacks.ts'
import { readCredentialRequest } from './credential-request.ts'
import { checkHolderProof, refusal } from './holder-proof.ts'
import { issueCredential } from './issue-credential.ts'
import { issuerMetadata } from './metadata.ts'
import { Nonces } from './nonces.ts'
import type { Offer, Offers } from './offers.ts'
import { isWellKnown } from './well-known.ts'

export interface CredentialRoutesOptions {
  url: () => string
  keys: IssuerKeys
  offers: Offers
  clock: { now(): number }
  statusListUrl: () => string
  /** what is known of the citizen of that request; undefined when it may no longer be issued */
  recordOf: (request: string) => Promise<{ claims: FoundationalClaims; statusIndex: number } | undefined>
  /** one credential of the offer has left for the wallet; told for each, and must bear it */
  onGiven?: (offer: Offer) => Promise<void>
  /** every credential of the offer has been handed to the wallet */
  onCollected: (offer: Offer) => Promise<void>
}

const tokenLifeSeconds = 300

export function credentialRoutes(options: CredentialRoutesOptions): Router {
  const { url, keys, offers, clock, statusListUrl, onCollected } = options
  const callbacks = protocolCallbacks(keys)
  const issuer = new Openid4vciIssuer({ callbacks })
  const authorization = new Oauth2AuthorizationServer({ callbacks })
  const resources = new Oauth2ResourceServer({ callbacks })
  const nonces = new Nonces(clock)
  const metadata = () => {
    // The library takes only https unless it is told; the demonstration and the tests are http on loopback.
    setGlobalConfig({ allowInsecureUrls: url().startsWith('http:') })
    return issuerMetadata(url(), issuer, authorization)
  }
  const router = Router()
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store')
    next()
  })

  router.get(/\/\.well-known\//, (request, response, next) => {
    const at = (name: string) => isWellKnown(request.path, name, url())
    if (at('openid-credential-issuer')) return void response.json(metadata().credentialIssuer)
    if (at('oauth-authorization-server') || at('openid-configuration'))
      return void response.json(metadata().authorizationServers[0])
    next()
  })
  router.get('/oid4vci/jwks', (_request, response) => void response.json(tokenKeySet(keys)))

  router.get('/oid4vci/offers/:id', async (request, response) => {
    const offer = offers.byId(request.params.id)
    if (!offer || offers.isOver(offer) || offer.state === 'void')
      throw refusal(Oauth2ErrorCodes.InvalidRequest, 404)
    const { credentialOfferObject } = await issuer.createCredentialOffer({
      issuerMetadata: metadata(),
      credentialConfigurationIds: offer.configurations,
      credentialOfferUri: `${url()}/oid4vci/offers/${offer.id}`,
      grants: {
        [preAuthorizedCodeGrantIdentifier]: {
          'pre-authorized_code': offer.code,
          tx_code: { input_mode: 'numeric', length: 6 },
        },
      },
    })
    response.json(credentialOfferObject)
  })

  const form = express.urlencoded({ extended: false, limit: '8kb' })
  router.post('/oid4vci/token', form, async (request, response) => {
    const { grant } = authorization.parseAccessTokenRequest({
      request: requestOf(request),
      accessTokenRequest: Object(request.body),
    })
    if (grant.grantType !== preAuthorizedCodeGrantIdentifier)
      throw refusal(Oauth2ErrorCodes.UnsupportedGrantType)
    // Ours, not the library's: it compares with one expected code, but finding the offer, counting the wrong tries and
    // redeeming have to be one step, so that of two at once only one wins.
    const redeemed = await offers.redeem(grant.preAuthorizedCode, grant.txCode)
    if (!redeemed.ok) {
      const names = {
        invalid_grant: Oauth2ErrorCodes.InvalidGrant,
        invalid_request: Oauth2ErrorCodes.InvalidRequest,
      }
      throw refusal(names[redeemed.error])
    }
    const token = await authorization.createAccessTokenResponse({
      signer: { method: 'jwk', alg: 'ES256', publicJwk: keys.tokens.publicJwk },
      authorizationServer: url(),
      audience: url(),
      subject: redeemed.offer.id,
      expiresInSeconds: tokenLifeSeconds,
      now: new Date(clock.now()),
    })
    response.json(token)
  })

  router.post('/oid4vci/nonce', (_request, response) => {
    response.json(issuer.createNonceResponse({ cNonce: nonces.make() }))
  })

  async function offerOfToken(request: Request): Promise<Offer> {
    const { tokenPayload } = await resources.verifyResourceRequest({
      request: requestOf(request),
      authorizationServers: metadata().authorizationServers,
      resourceServer: url(),
      now: new Date(clock.now()),
    })
    const offer = offers.byId(tokenPayload.sub ?? '')
    // The token of an offer that was replaced, has run out, or was never redeemed.
    if (!offer || offers.isOver(offer) || offer.state === 'void' || offer.state === 'waiting')
      throw new Oauth2ResourceUnauthorizedError('The offer is over', {
        scheme: 'Bearer',
        error: 'invalid_token',
      })
    return offer
  }

  router.post('/oid4vci/credential', express.json({ limit: '32kb' }), async (request, response) => {
    const offer = await offerOfToken(request)
    const issuerData = metadata()
    const { wanted, jwt, parsed } = readCredentialRequest(request.body, issuer, issuerData)
    // Also what the issuer makes, but this offer does not hold.
    if (!offer.configurations.includes(wanted) || offer.given.has(wanted))
      throw refusal(Oauth2ErrorCodes.CredentialRequestDenied)
    const holder = await checkHolderProof(jwt, { issuer, metadata: issuerData, nonces, now: clock.now() })
    const record = await options.recordOf(offer.request)
    // Asked again only here, where nothing can come in between: of two requests at once one gets it.
    if (!record || !(await offers.give(offer, wanted)))
      throw refusal(Oauth2ErrorCodes.CredentialRequestDenied)
    try {
      const credential = await issueCredential(wanted, {
        ...record,
        holder,
        keys,
        statusListUrl: statusListUrl(),
        now: clock.now(),
      })
      const body = issuer.createCredentialResponse({
        credentialRequest: parsed,
        credentials: [{ credential }],
      })
      await sendWhole(response, body)
    } catch (error) {
      await offers.takeBack(offer, wanted)
      throw error
    }
    await options.onGiven?.(offer)
    if (offer.configurations.every((id) => offer.given.has(id)) && offer.state !== 'collected') {
      await offers.collected(offer)
      await onCollected(offer)
    }
  })

  router.use(answerError)
  return router
}

/** Resolves when the answer has left. @throws if the phone was gone before */
function sendWhole(response: Response, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('The phone did not wait for the answer'))
    if (response.closed || !response.socket || response.socket.destroyed) return gone()
    response.once('finish', resolve)
    response.once('close', gone)
    response.json(body)
  })
}

const requestOf = (request: Request) => {
  const headers = new Headers()
  // RFC 9110 §11.1: the scheme's name is without case; the library's is not.
  const authorization = request.headers.authorization?.replace(/^bearer /i, 'Bearer ')
  if (authorization) headers.set('authorization', authorization)
  return { headers, method: 'POST', url: request.originalUrl } as const
}

/** @returns errors as OpenID4VCI 1.0 §6.3 and §8.3.1 and RFC 6750 §3 have them; what is not one goes on */
const answerError: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent || response.destroyed) return next()
  if (error instanceof Oauth2ServerErrorResponseError)
    return void response.status(error.status).json({ error: error.errorResponse.error })
  if (error instanceof Oauth2ResourceUnauthorizedError) {
    const known = request.headers.authorization !== undefined
    return void response
      .status(401)
      .set('www-authenticate', known ? 'Bearer error="invalid_token"' : 'Bearer')
      .json({ error: 'invalid_token' })
  }
  // A body that is no JSON, too long, or of an unknown encoding.
  if (error instanceof Error && 'status' in error && Number(error.status) < 500) {
    const name = request.path.endsWith('/credential') ? 'invalid_credential_request' : 'invalid_request'
    return void response.status(400).json({ error: name })
  }
  next(error)
}
