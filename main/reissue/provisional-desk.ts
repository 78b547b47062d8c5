/** Hands a short-lived credential over at once, where the issuer has delegated that to this kiosk. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { Clock } from '../clock.ts'
import type { Commission } from '../commission/z-commission.ts'
import { claimsOnCard, type CardClaims } from '../credentials/card-claims.ts'
import { readDelegation, type Delegation } from '../credentials/delegation.ts'
import { packCredential } from '../credentials/handover/pack-credential.ts'
import type { PairedHolder } from '../credentials/handover/pairing.ts'
import { sealForHolder } from '../credentials/handover/seal.ts'
import { issuerKeyFromJwk } from '../credentials/keys.ts'
import { trustDids, type TrustedIssuers } from '../credentials/trusted-issuers.ts'
import { issueProvisional } from '../credentials/provisional.ts'
import type { Identity } from './citizen-sessions.ts'
import type { ProvisionalCount } from './provisional-count.ts'

export interface ProvisionalDesk {
  /** `provisional.*`: why none can be had */
  available(who: Identity): Promise<Result<{ validUntil: string }, Failure>>
  /**
   * Counts it on the disk before it is made.
   * @param announce says to the issuer that this number is given out, before anything of it is shown; `save.*`
   * @returns it, sealed to the phone; `provisional.*`, `save.*`
   */
  make(
    who: Identity,
    holder: PairedHolder,
    announce: (place: { first: number; number: number }) => Promise<Result<unknown, Failure>>,
  ): Promise<Result<{ sealed: Uint8Array; validUntil: string }, Failure>>
}

interface Parts {
  commission: () => Commission | undefined
  /** the newest that the issuer has sent, as it came */
  delegation: () => Promise<string | undefined>
  count: ProvisionalCount
  /** by whose keys a delegation is believed; default: the issuer's first one */
  trustedIssuers?: () => Promise<TrustedIssuers | undefined>
  clock: Clock
}

/** What was issued a moment ago must not be from the future for a clock that is a little behind. */
const backSeconds = 60

export function createProvisionalDesk(parts: Parts): ProvisionalDesk {
  const { commission, delegation, count, clock } = parts
  async function current(who: Identity): Promise<Result<Ready, Failure>> {
    const kiosk = commission()
    const jwt = await delegation()
    if (!kiosk || jwt === undefined) return err({ code: 'provisional.not-allowed' })
    const trusted = (await parts.trustedIssuers?.()) ?? trustDids([kiosk.trust.issuer])
    const read = await readDelegation(jwt, trusted)
    const key = await issuerKeyFromJwk(kiosk.signingKey)
    if (read.isErr() || read.value.sub !== key.did || read.value.office !== kiosk.office)
      return err({ code: 'provisional.not-allowed' })
    const now = Math.floor(clock.now() / 1000)
    const from = Math.max(now - backSeconds, read.value.nbf)
    const until = Math.min(from + read.value.days * 86_400, read.value.exp)
    if (now < read.value.nbf || until <= now) return err({ code: 'provisional.expired' })
    const claims = who.by === 'card' ? claimsOnCard(who.claims) : undefined
    if (!claims) return err({ code: 'provisional.needs-card' })
    return ok({ claims, delegation: read.value, jwt, key, from, until })
  }

  return {
    async available(who) {
      const ready = await current(who)
      if (ready.isErr()) return err(ready.error)
      const { jwt, delegation: given, until } = ready.value
      if ((await count.given(jwt)) >= given.most) return err({ code: 'provisional.used-up' })
      return ok({ validUntil: new Date(until * 1000).toISOString() })
    },
    async make(who, holder, announce) {
      const ready = await current(who)
      if (ready.isErr()) return err(ready.error)
      const { claims, delegation: given, jwt, key, from, until } = ready.value
      const number = await count.next(jwt, given.most)
      if (number.isErr()) return err(number.error)
      const announced = await announce({ first: given.places.first, number: number.value })
      if (announced.isErr()) return err(announced.error)
      const credential = await issueProvisional({
        ...{ claims, holder: holder.jwk, kioskKey: key, delegation: given, delegationJwt: jwt },
        ...{ number: number.value, validFrom: new Date(from * 1000), validUntil: new Date(until * 1000) },
      })
      const sealed = await sealForHolder(await packCredential(credential), holder.jwk)
      return ok({ sealed, validUntil: new Date(until * 1000).toISOString() })
    },
  }
}

interface Ready {
  claims: CardClaims
  delegation: Delegation
  jwt: string
  key: Awaited<ReturnType<typeof issuerKeyFromJwk>>
  /** s since 1970 */
  from: number
  until: number
}
