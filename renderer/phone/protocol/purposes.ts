/**
 * What each purpose needs. The phone knows it by itself, so that a question cannot widen it; a wallet for real use has the
 * list from the issuer.
 */
const needed = {
  'prove-adult': ['ageOver18'],
  'prove-residence': ['dzongkhag', 'gewog'],
  identify: ['cid', 'fullName'],
} as const satisfies Record<string, readonly string[]>

export type Purpose = keyof typeof needed

/** @returns undefined for one that this phone does not know */
export const purposeOf = (name: string): Purpose | undefined =>
  name === 'prove-adult' || name === 'prove-residence' || name === 'identify' ? name : undefined

/** @returns those of the fields that the purpose has no need of */
export const tooMuchFor = (purpose: Purpose, fields: readonly string[]): string[] =>
  fields.filter((field) => !needed[purpose].some((name) => name === field))
