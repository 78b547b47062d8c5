/**
 * What opens the chip: the machine readable zone or the card access number. A chip may slow down or close after wrong
 * tries, so what cannot be right is refused before the chip is asked.
 */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import { checkDigit } from './check-digit.ts'
import { parseMrz } from './mrz.ts'

export type AccessKey =
  /** the whole zone, as printed */
  | { mrz: string }
  /** the three items of it, typed; dates YYMMDD */
  | { documentNumber: string; dateOfBirth: string; dateOfExpiry: string }
  /** the six digits on the front of an identity card */
  | { can: string }

export type Password =
  /** SHA-1 of the MRZ information, 20 bytes: opens both BAC and PACE (ICAO 9303-11 §4.3.2, §9.7.2) */
  | { kind: 'mrz'; secret: Uint8Array }
  /** opens PACE only (§4.4.1) */
  | { kind: 'can'; secret: Uint8Array }

/** @returns the password, or `malformed` if no chip can have such a key */
export function passwordOf(key: AccessKey): Result<Password, 'malformed'> {
  if ('can' in key) {
    if (!/^[0-9]{6}$/.test(key.can)) return err('malformed')
    return ok({ kind: 'can', secret: Buffer.from(key.can, 'latin1') })
  }
  const items = 'mrz' in key ? itemsOf(key.mrz) : ok(key)
  if (items.isErr()) return err('malformed')
  const information = mrzInformation(items.value)
  if (information === undefined) return err('malformed')
  return ok({ kind: 'mrz', secret: createHash('sha1').update(information, 'latin1').digest() })
}

interface Items {
  documentNumber: string
  dateOfBirth: string
  dateOfExpiry: string
}

function itemsOf(zone: string): Result<Items, 'malformed'> {
  return parseMrz(zone).mapErr((): 'malformed' => 'malformed')
}

/** Number, date of birth and date of expiry, each with its check digit (ICAO 9303-11 §9.7.2). */
export function mrzInformation({ documentNumber, dateOfBirth, dateOfExpiry }: Items): string | undefined {
  const number = documentNumber.toUpperCase().replace(/\s/g, '').padEnd(9, '<')
  if (!/^[A-Z0-9<]{9,22}$/.test(number) || /^<+$/.test(number)) return undefined
  if (!/^[0-9<]{6}$/.test(dateOfBirth) || !/^[0-9<]{6}$/.test(dateOfExpiry)) return undefined
  return [number, dateOfBirth, dateOfExpiry].map((item) => item + checkDigit(item)).join('')
}
