/** OpenID4VCI 1.0 for the phone: offer by reference, pre-authorised code with transaction code, nonce, credentials. */
import express, { Router } from 'express'
import {
  Oauth2AuthorizationServer,
  Oauth2ErrorCodes,
  Oauth2ResourceServer,
  preAuthorizedCodeGrantIdentifier,
} from '@openid4vc/oauth2'
import { Openid4vciIssuer } from '@openid4vc/openid4vci'
import { setGlobalConfig } from '@openid4vc/utils'
import { answerError } from './answer-error.ts'
import { requestOf } from './bearer.ts'
import { protocolCallbacks, tokenKeySet } from './callbacks.ts'
import { credentialRoutesOf, type HandOut } from './credential-routes.ts'
import { refusal } from './holder-proof.ts'
import { issuerMetadata } from './metadata.ts'
import { Nonces } from './nonces.ts'
import type { Offer } from './offers.ts'
import { offerObject } from './offer-text.ts'
import { isWellKnown } from './well-known.ts'

export interface CredentialRoutesOptions extends HandOut {
  url: () => string
}

const tokenLifeSeconds = 300

export function credentialRoutes(options: CredentialRoutesOptions): Router {
  const { url, keys, offers, clock } = options
  const callbacks = protocolCallbacks(keys)
  const issuer = new Openid4vciIssuer({ callbacks })
  const authorization = new Oauth2AuthorizationServer({ callbacks })
  const resources = new Oauth2ResourceServer({ callbacks })
  const nonces = new Nonces(clock)
  const metadata = () => {
    // The library takes only https unless it is told; the demonstration and the tests are http on loopback.
    setGlobalConfig({ allowInsecureUrls: url().startsWith('http:') })
    return issuerMetadata(url(), keys.asking, issuer, authorization)
  }
  // What is decided later is collected later, by the same token.
  const tokenLifeOf = ({ boundTo, expires }: Offer) =>
    boundTo === undefined ? tokenLifeSeconds : Math.ceil((expires - clock.now()) / 1000)
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

  router.get('/oid4vci/offers/:id', (request, response) => {
    const offer = offers.byId(request.params.id)
    // A code that a kiosk made is named after its request, which is no secret: the phone has it from the kiosk's screen only.
    if (!offer || offers.isOver(offer) || offer.state === 'void' || offer.boundTo !== undefined)
      throw refusal(Oauth2ErrorCodes.InvalidRequest, 404)
    response.json(offerObject(offer, url()))
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
      expiresInSeconds: tokenLifeOf(redeemed.offer),
      now: new Date(clock.now()),
    })
    response.json(token)
  })

  router.post('/oid4vci/nonce', (_request, response) => {
    response.json(issuer.createNonceResponse({ cNonce: nonces.make() }))
  })

  router.use(credentialRoutesOf({ ...options, issuer, resources, metadata, nonces }))
  router.use(answerError)
  return router
}
