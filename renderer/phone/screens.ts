/** Where the page is. One thing at a time, and every one of them can be left. */
import type { HeldId } from './held-id.ts'
import type { Offer } from './protocol/offer-code.ts'
import type { PairingRequest } from './protocol/pairing-code.ts'
import type { PhoneFailure } from './protocol/phone-failure.ts'
import type { AskedRequest } from './protocol/request-code.ts'
import type { Verifier } from './protocol/verifier.ts'

export type Screen =
  | { name: 'home' }
  | { name: 'scan' }
  | { name: 'working'; what: 'opening' | 'collecting' | 'answering' }
  /** `known`: the citizen has taken something from this issuer before */
  | { name: 'pair'; request: PairingRequest; known: boolean }
  | { name: 'offer'; offer: Offer; byValue: boolean; from: string }
  | { name: 'awaited' }
  | { name: 'ask'; request: AskedRequest; verifier: Verifier; ids: HeldId[] }
  | { name: 'show'; what: 'holder' | 'receipt' | 'answer'; text: string; received?: HeldId }
  | { name: 'received'; received: HeldId }
  | { name: 'answered' }
  | { name: 'id'; id: HeldId }
  | { name: 'settings' }
  | { name: 'failed'; failure: PhoneFailure }
