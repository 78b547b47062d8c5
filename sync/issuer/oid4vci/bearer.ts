/** Which offer a phone's access token is for (RFC 6750). */
import type { Request } from 'express'
import { Oauth2ResourceUnauthorizedError, type Oauth2ResourceServer } from '@openid4vc/oauth2'
import type { IssuerMetadataResult } from '@openid4vc/openid4vci'
import type { Offer, Offers } from './offers.ts'

/** @returns the request as the protocol library wants it */
export const requestOf = (request: Request) => {
  const headers = new Headers()
  // RFC 9110 §11.1: the scheme's name is without case; the library's is not.
  const authorization = request.headers.authorization?.replace(/^bearer /i, 'Bearer ')
  if (authorization) headers.set('authorization', authorization)
  return { headers, method: 'POST', url: request.originalUrl } as const
}

interface BearerOptions {
  offers: Offers
  resources: Oauth2ResourceServer
  metadata: () => IssuerMetadataResult
  url: () => string
  clock: { now(): number }
}

/** @throws Oauth2ResourceUnauthorizedError also for the token of an offer that was replaced, is over, or was never redeemed */
export async function offerOfToken(request: Request, options: BearerOptions): Promise<Offer> {
  const { offers, resources, metadata, url, clock } = options
  const { tokenPayload } = await resources.verifyResourceRequest({
    request: requestOf(request),
    authorizationServers: metadata().authorizationServers,
    resourceServer: url(),
    now: new Date(clock.now()),
  })
  const offer = offers.byId(tokenPayload.sub ?? '')
  if (!offer || offers.isOver(offer) || offer.state === 'void' || offer.state === 'waiting')
    throw new Oauth2ResourceUnauthorizedError('The offer is over', {
      scheme: 'Bearer',
      error: 'invalid_token',
    })
  return offer
}
