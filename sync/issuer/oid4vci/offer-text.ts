/** What a phone's camera reads: an offer by reference, or whole in the code itself (OpenID4VCI 1.0 §4.1). */
import { preAuthorizedCodeGrantIdentifier } from '@openid4vc/oauth2'
import type { Offer } from './z-offer.ts'

type Shown = Pick<Offer, 'id' | 'code' | 'configurations'>

/** @param url the issuer's own */
export function offerObject({ code, configurations }: Shown, url: string) {
  return {
    credential_issuer: url,
    credential_configuration_ids: configurations,
    grants: {
      [preAuthorizedCodeGrantIdentifier]: {
        'pre-authorized_code': code,
        tx_code: { input_mode: 'numeric', length: 6 },
      },
    },
  } as const
}

export const offerPlace = ({ id }: Shown, url: string): string => `${url}/oid4vci/offers/${id}`

/** Short; the phone fetches the rest. */
export const offerByReference = (offer: Shown, url: string): string =>
  `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(offerPlace(offer, url))}`

/** Longer, and one way to the issuer less: for phones with a poor link. */
export const offerByValue = (offer: Shown, url: string): string =>
  `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offerObject(offer, url)))}`
