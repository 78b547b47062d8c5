/** What is known of the phone that a citizen holds up: in memory only, per window, forgotten when the citizen leaves. */
import type { Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { PairedHolder, Pairing } from '../credentials/handover/pairing.ts'
import type { ReissueTicket } from '../api/z-handover.ts'
import type { RequestId } from '../../sync/z-facts.ts'

export interface PhoneVisit {
  pairing: Pairing
  /** the identity that it belongs to */
  handle: string
  /** of the request that may be queued for it: the same however often it is asked */
  request: RequestId
  /** once the phone has answered */
  holder?: PairedHolder
  ticket?: ReissueTicket
}

export interface UnderWay {
  handle: string
  sha256: string
  jkt: string
  /** the request whose credential it is; a provisional one has none */
  of?: RequestId
  received?: boolean
}

/** A provisional ID as it was given out. */
export interface GivenOut {
  sealed: Uint8Array
  validUntil: string
}

export interface PhoneVisits {
  begin(session: string, visit: PhoneVisit): void
  of(session: string, handle: string, pairing: string): PhoneVisit | undefined
  handOver(session: string, transfer: string, underWay: UnderWay): void
  underWay(session: string, handle: string, transfer: string): UnderWay | undefined
  /**
   * Gives a provisional ID out once to each phone of a citizen in one visit: who asks again, however fast, gets the same
   * one, and no further number is used up. A refusal is not kept.
   */
  giveOnce(
    session: string,
    { handle, jkt }: { handle: string; jkt: string },
    make: () => Promise<Result<GivenOut, Failure>>,
  ): Promise<Result<GivenOut, Failure>>
  forget(session: string): void
}

interface KnownHere {
  pairings: Map<string, PhoneVisit>
  transfers: Map<string, UnderWay>
  given: Map<string, Promise<Result<GivenOut, Failure>>>
}

const mostPairings = 50

export function createPhoneVisits(): PhoneVisits {
  const visits = new Map<string, KnownHere>()
  function open(session: string) {
    const known = visits.get(session) ?? { pairings: new Map(), transfers: new Map(), given: new Map() }
    visits.set(session, known)
    return known
  }
  return {
    begin(session, visit) {
      const { pairings } = open(session)
      const [oldest] = pairings.keys()
      if (pairings.size >= mostPairings && oldest !== undefined) pairings.delete(oldest)
      pairings.set(visit.pairing.id, visit)
    },
    of(session, handle, pairing) {
      const visit = visits.get(session)?.pairings.get(pairing)
      return visit?.handle === handle ? visit : undefined
    },
    handOver: (session, transfer, underWay) => void open(session).transfers.set(transfer, underWay),
    underWay(session, handle, transfer) {
      const known = visits.get(session)?.transfers.get(transfer)
      return known?.handle === handle ? known : undefined
    },
    async giveOnce(session, { handle, jkt }, make) {
      const { given } = open(session)
      const of = `${handle} ${jkt}`
      const making = given.get(of) ?? make()
      given.set(of, making)
      const made = await making
      if (made.isErr()) given.delete(of)
      return made
    },
    forget: (session) => void visits.delete(session),
  }
}
