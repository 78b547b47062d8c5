/** What stands on an office card, as far as it is a Foundational ID. */
import { zFoundationalClaims, type FoundationalClaims } from './z-foundational.ts'

export type CardClaims = FoundationalClaims

/** @returns undefined where the card lacks what every ID has */
export function claimsOnCard(written: unknown): CardClaims | undefined {
  return zFoundationalClaims.strip().safeParse(written).data
}
