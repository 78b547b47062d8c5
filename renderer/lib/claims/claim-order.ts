/** As somebody would say it of themselves: the name first, then birth, number, and where they live. */
const order = [
  'fullName',
  'fullNameDzongkha',
  'dateOfBirth',
  'gender',
  'cid',
  'idType',
  'citizenship',
  'bloodType',
  'dzongkhag',
  'gewog',
  'village',
  'houseNumber',
  'thramNumber',
]
const placeOf = (name: string): number => (order.indexOf(name) + order.length + 1) % (order.length + 1)

/** @returns the claims in that order, those without a place of their own at the end; nothing is left out */
export const inOrder = <C extends { name: string }>(claims: readonly C[]): C[] =>
  claims.toSorted((one, other) => placeOf(one.name) - placeOf(other.name))
