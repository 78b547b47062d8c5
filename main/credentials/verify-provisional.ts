/** From a kiosk's signature to the issuer's: whether what a kiosk handed out was within its delegation. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { notDelegated, readDelegation, type Delegation } from './delegation.ts'
import type { TrustOrigin } from '../api/z-trust.ts'
import { tokenListUrl } from './token-status-list.ts'
import type { TrustedIssuers } from './trusted-issuers.ts'
import { clockSkewSeconds } from './verify-context.ts'
import type { StatusPlace } from './z-status.ts'
import type { UnderDelegation } from './z-under-delegation.ts'

/** The part of a credential that is held against the delegation. Times in seconds. */
export interface HandedOut {
  iss: string
  vct: string
  nbf: number
  exp: number
  status: StatusPlace
  delegation: UnderDelegation
}

export interface WithinDelegation {
  delegation: Delegation
  /** of the delegation itself */
  status: StatusPlace
  /** why the issuer's key is believed */
  origin: TrustOrigin | undefined
}

const daySeconds = 86_400

/**
 * Everything but the status of either, which is judged with the lists.
 * @returns `presentation.not-delegated` {reason: unreadable, signature, kiosk, office, type, count, place, days, outlives,
 *   early, expired}, and what `TrustedIssuers.keyFor` says
 */
export async function checkDelegation(
  { iss, vct, nbf, exp, status, delegation: named }: HandedOut,
  { trustedIssuers, now }: { trustedIssuers: TrustedIssuers; now: Date },
): Promise<Result<WithinDelegation, Failure>> {
  const read = await readDelegation(named.jwt, trustedIssuers)
  if (read.isErr()) return err(read.error)
  const given = read.value
  const at = now.getTime() / 1000
  const broken: readonly [string, boolean][] = [
    ['kiosk', given.sub !== iss],
    ['office', given.office !== named.office],
    ['type', !given.types.includes(vct)],
    ['count', named.number >= given.most],
    [
      'place',
      tokenListUrl(given.places.list) !== status.listUrl ||
        given.places.first + named.number !== status.index,
    ],
    ['days', exp - nbf > given.days * daySeconds],
    // Made while it was good: a kiosk cannot hand out for a time before it or after it.
    ['early', nbf < given.nbf - clockSkewSeconds],
    ['outlives', exp > given.exp],
    ['expired', at > given.exp + clockSkewSeconds],
  ]
  const reason = broken.find(([, isSo]) => isSo)?.[0]
  if (reason !== undefined) return notDelegated(reason)
  const { list, index } = given.credentialStatus
  return ok({ delegation: given, status: { listUrl: list, index }, origin: given.origin })
}
