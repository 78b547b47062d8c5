/** What each purpose of asking a phone needs, and not one claim more. The issuer says the same of every kiosk that asks. */
import type { ClaimName } from './z-foundational.ts'

export const claimsOfPurposes = {
  'prove-residence': ['dzongkhag', 'gewog'],
  'prove-adult': ['ageOver18'],
  identify: ['cid', 'fullName'],
} as const satisfies Record<string, readonly ClaimName[]>
