/** Writes the data groups of a demonstration document (ICAO 9303-10 §4.6, §4.7). */
import { der, integer } from './der.ts'

export interface Traveller {
  surname: string
  givenNames: string
  documentNumber: string
  /** YYMMDD */
  born: string
  sex: 'F' | 'M'
  /** YYMMDD */
  expires: string
}

const fill = (value: string, width: number) =>
  value.toUpperCase().replaceAll(' ', '<').padEnd(width, '<').slice(0, width)
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Weights 7, 3, 1 over digits and letters, fillers nothing. */
export function withCheck(value: string): string {
  const sum = [...value].reduce(
    (total, sign, at) => total + Math.max(0, alphabet.indexOf(sign)) * ([7, 3, 1][at % 3] ?? 0),
    0,
  )
  return `${value}${sum % 10}`
}

export function passportZone({ surname, givenNames, documentNumber, born, sex, expires }: Traveller): string {
  const names = fill(`P<BTN${surname}<<${givenNames}`, 44)
  const [number, birth, expiry] = [withCheck(fill(documentNumber, 9)), withCheck(born), withCheck(expires)]
  const optional = withCheck(fill('', 14))
  const all = withCheck(number + birth + expiry + optional).at(-1)
  return `${names}${number}BTN${birth}${sex}${expiry}${optional}${all}`
}

export function identityCardZone({
  surname,
  givenNames,
  documentNumber,
  born,
  sex,
  expires,
}: Traveller): string {
  const [number, birth, expiry] = [withCheck(fill(documentNumber, 9)), withCheck(born), withCheck(expires)]
  const upper = number + fill('', 15)
  const all = withCheck(upper + birth + expiry + fill('', 11)).at(-1)
  return `I<BTN${upper}${birth}${sex}${expiry}BTN${fill('', 11)}${all}${fill(`${surname}<<${givenNames}`, 30)}`
}

export function commonFile(tags: readonly number[]): Uint8Array {
  const latin = (value: string) => Buffer.from(value, 'latin1')
  return der(0x60, der(0x5f01, latin('0107')), der(0x5f36, latin('040000')), der(0x5c, Uint8Array.from(tags)))
}

export function group1(zone: string): Uint8Array {
  return der(0x61, der(0x5f1f, Buffer.from(zone, 'latin1')))
}

/** One face, in a record of ISO/IEC 19794-5:2005. @param image JPEG */
export function group2(image: Uint8Array, { width, height }: { width: number; height: number }): Uint8Array {
  const head = Buffer.alloc(14 + 20 + 12)
  head.write('FAC\x00010\x00', 0, 'latin1')
  head.writeUInt32BE(head.length + image.length, 8)
  head.writeUInt16BE(1, 12)
  head.writeUInt32BE(20 + 12 + image.length, 14)
  head.writeUInt8(1, 34)
  head.writeUInt16BE(width, 36)
  head.writeUInt16BE(height, 38)
  head.writeUInt8(1, 40)
  const header = der(
    0xa1,
    der(0x81, Uint8Array.of(2)),
    der(0x87, Uint8Array.of(1, 1)),
    der(0x88, Uint8Array.of(0, 8)),
  )
  return der(0x75, der(0x7f61, integer(1), der(0x7f60, header, der(0x5f2e, head, image))))
}
