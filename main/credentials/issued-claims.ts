/** Claims as they are issued: validated, and with those that are computed from the others. */
import { zFoundationalClaims, type FoundationalClaims, type IssuedClaims } from './z-foundational.ts'

/** Bhutan is six hours ahead of UTC all year. */
const thimphuOffset = 6 * 3_600_000

/**
 * @param claims as the register has them
 * @param at the moment of issuance; `ageOver18` is true from the 18th birthday on, by the date in Thimphu
 * @throws if the claims are not those of a Foundational ID (a bug of the issuer, not of the field)
 */
export function issuedClaims(claims: FoundationalClaims, at: Date): IssuedClaims {
  const checked = zFoundationalClaims.parse(claims)
  return { ...checked, ageOver18: ageOn(checked.dateOfBirth, at) >= 18 }
}

/** @param born ISO date @returns completed years on the day that it is in Thimphu; someone born on 29 February turns on 1 March */
export function ageOn(born: string, at: Date): number {
  const today = new Date(at.getTime() + thimphuOffset).toISOString().slice(0, 10)
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4))
  return today.slice(5) < born.slice(5) ? years - 1 : years
}

/** @returns the instant to the second, as VCDM 2.0 dates are written here */
export function toInstant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
