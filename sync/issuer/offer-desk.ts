/** Who makes the offers that citizens collect with their phones: this issuer itself, or the platform of the country. */
import { ok, type Result } from 'neverthrow'
import type { FoundationalClaims } from '../../main/credentials/z-foundational.ts'
import type { ConfigurationId } from './oid4vci/configurations.ts'
import { offerByReference } from './oid4vci/offer-text.ts'
import type { Offers } from './oid4vci/offers.ts'

export interface OfferOrder {
  request: string
  /** keyed name of the citizen: what is replaced is found by it */
  tag?: string | undefined
  claims: FoundationalClaims
  /** default: those that phones in the field can keep */
  configurations?: readonly ConfigurationId[] | undefined
}

/** As the kiosk shows it. */
export interface ShownOffer {
  id: string
  /** `openid-credential-offer://…` */
  uri: string
  /** digits */
  txCode: string
  /** ms since 1970 */
  expires: number
}

export type ShownState = 'unknown' | 'waiting' | 'opened' | 'collected' | 'expired'

/** docs/central-issuer.md says of each what to do. None holds personal data. */
export type PlatformFailure =
  | { code: 'platform.away' }
  | { code: 'platform.busy'; afterMs?: number }
  | { code: 'platform.unauthorised' }
  | { code: 'platform.unknown' }
  | { code: 'platform.refused'; status: number }
  | { code: 'platform.nonsense' }
  | { code: 'platform.template-unfit'; template: string; missing: readonly string[] }

export interface OfferDesk {
  /** A new offer of a request takes the place of those before it. */
  offer(order: OfferOrder): Promise<Result<ShownOffer, PlatformFailure>>
  stateOf(id: string): Promise<ShownState>
  close(): Promise<void>
}

/** @returns the desk of this issuer's own OpenID4VCI; the caller closes `offers` */
export function embeddedDesk(
  offers: Pick<Offers, 'create' | 'byId' | 'isOver'>,
  url: () => string,
): OfferDesk {
  return {
    async offer({ request, configurations }) {
      const offer = await offers.create(request, configurations)
      const { id, txCode, expires } = offer
      return ok({ id, txCode, expires, uri: offerByReference(offer, url()) })
    },
    async stateOf(id) {
      const offer = offers.byId(id)
      if (!offer) return 'unknown'
      if (offer.state === 'collected') return 'collected'
      return offers.isOver(offer) || offer.state === 'void' ? 'expired' : offer.state
    },
    close: async () => undefined,
  }
}
