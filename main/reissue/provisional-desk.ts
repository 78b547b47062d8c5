/** Hands a short-lived credential over at once, where the issuer has delegated that to this kiosk. */
import type { Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { PairedHolder } from '../credentials/handover/pairing.ts'
import type { Identity } from './citizen-sessions.ts'

export interface ProvisionalDesk {
  /** `provisional.*`: why none can be had */
  available(who: Identity): Promise<Result<{ validUntil: string }, Failure>>
  /** Counts it on the disk before it is made. @returns it, sealed to the phone; `provisional.*`, `save.*` */
  make(
    who: Identity,
    holder: PairedHolder,
  ): Promise<Result<{ sealed: Uint8Array; validUntil: string }, Failure>>
}
