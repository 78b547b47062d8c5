/** What a code that was held up is, by its text alone. */
import { isHandOver } from './hand-over-catch.ts'
import { isOffer } from './offer-code.ts'
import { isPairing } from './pairing-code.ts'
import { isRequest } from './request-code.ts'

export type CodeKind = 'pairing' | 'hand-over' | 'offer' | 'request' | 'unknown'

export function kindOfCode(text: string): CodeKind {
  if (isPairing(text)) return 'pairing'
  if (isHandOver(text)) return 'hand-over'
  if (isOffer(text)) return 'offer'
  return isRequest(text) ? 'request' : 'unknown'
}
