/** Writes EF.SOD: the hashes of the data groups, signed (ICAO 9303-10 §4.6.2, RFC 5652). */
import { createHash } from 'node:crypto'
import { der, integer, octets, oid, sequence, setOf } from './der.ts'
import { distinguishedName, sha256Algorithm, type Signer } from './signer.ts'

const ldsSecurityObject = '2.23.136.1.1.1'
const signedData = '1.2.840.113549.1.7.2'
const contentType = '1.2.840.113549.1.9.3'
const messageDigest = '1.2.840.113549.1.9.4'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

export interface DocumentSigner {
  key: Signer
  /** DER */
  certificate: Uint8Array
  issuer: string
  serial: number
}

/** @param groups by number */
export function writeSecurityObject(
  groups: ReadonlyMap<number, Uint8Array>,
  signer: DocumentSigner,
): Uint8Array {
  const hashes = [...groups].map(([number, bytes]) => sequence(integer(number), octets(sha256(bytes))))
  const object = sequence(integer(0), sha256Algorithm, sequence(...hashes))
  const attributes = [
    sequence(oid(contentType), setOf(oid(ldsSecurityObject))),
    sequence(oid(messageDigest), setOf(octets(sha256(object)))),
  ].toSorted((one, other) => Buffer.compare(one, other))
  const signerInfo = sequence(
    integer(1),
    sequence(distinguishedName(signer.issuer), integer(signer.serial)),
    sha256Algorithm,
    der(0xa0, ...attributes),
    signer.key.algorithm,
    octets(signer.key.sign(setOf(...attributes))),
  )
  const data = sequence(
    integer(3),
    setOf(sha256Algorithm),
    sequence(oid(ldsSecurityObject), der(0xa0, octets(object))),
    der(0xa0, signer.certificate),
    setOf(signerInfo),
  )
  return der(0x77, sequence(oid(signedData), der(0xa0, data)))
}
