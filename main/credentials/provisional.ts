/**
 * A provisional credential: made by a kiosk under a delegation, good for days, replaced by the issuer's own. It carries the
 * delegation, so that whoever believes the issuer can believe it.
 */
import type { CardClaims } from './card-claims.ts'
import type { Delegation } from './delegation.ts'
import { foundationalId } from './foundational-id.ts'
import { issuedClaims } from './issued-claims.ts'
import { issueSdJwt } from './issue-sd-jwt.ts'
import type { IssuerKey, P256PublicJwk } from './keys.ts'
import type { ClaimName } from './z-foundational.ts'

/** What a kiosk may be asked to prove, and no more: the whole is the issuer's to issue. */
export const provisionalClaims = [
  'fullName',
  'cid',
  'ageOver18',
  'gewog',
  'dzongkhag',
] as const satisfies readonly ClaimName[]

export interface ProvisionalOptions {
  claims: CardClaims
  holder: P256PublicJwk
  /** with which the kiosk signs; its did:key is the delegation's subject */
  kioskKey: IssuerKey
  delegation: Delegation
  delegationJwt: string
  /** from 0; each once */
  number: number
  validFrom: Date
  validUntil: Date
}

/** @returns an SD-JWT VC of the Foundational ID's type, signed by the kiosk */
export function issueProvisional(options: ProvisionalOptions): Promise<string> {
  const { claims, holder, kioskKey, delegation, delegationJwt, number, validFrom, validUntil } = options
  const all = issuedClaims(claims, validFrom)
  const { list, first } = delegation.places
  return issueSdJwt(
    {
      type: foundationalId,
      claims: Object.fromEntries(provisionalClaims.map((name) => [name, all[name]])),
      holder: { jwk: holder },
      status: { listUrl: list, index: first + number },
      ...{ validFrom, validUntil },
    },
    kioskKey,
    { delegation: { jwt: delegationJwt, number, office: delegation.office } },
  )
}
