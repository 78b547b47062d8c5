/** @param claims as the issuer signed them on the card @returns those that are text, as form fields */
export function cardFields(claims: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(claims).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}
