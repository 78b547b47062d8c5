/** Public keys on elliptic curves out of certificates and data groups, by the curve's name or by its numbers. */
import { ECParameters, type SpecifiedECDomain } from '@peculiar/asn1-ecc'
import { AsnConvert } from '@peculiar/asn1-schema'
import type { SubjectPublicKeyInfo } from '@peculiar/asn1-x509'
import { curveOfNumbers, curveOfOid, pointBytes, readPoint, type Curve } from './curves.ts'
import { valueOf } from './tlv.ts'

const ecPublicKey = '1.2.840.10045.2.1'
/** Some issuers name the key by what it is for (id-ecDH). */
const ecDiffieHellman = '1.3.132.1.12'

/** @returns the curve and the point, checked to lie on it; nothing if it is another kind of key or another curve */
export function ecKeyOf(info: SubjectPublicKeyInfo): { curve: Curve; point: Uint8Array } | undefined {
  const { algorithm, parameters } = info.algorithm
  if ((algorithm !== ecPublicKey && algorithm !== ecDiffieHellman) || !parameters) return undefined
  const curve = curveOf(parameters)
  const point = curve && readPoint(curve, new Uint8Array(info.subjectPublicKey))
  return point && { curve, point: pointBytes(point) }
}

function curveOf(parameters: ArrayBuffer): Curve | undefined {
  try {
    const { namedCurve, specifiedCurve } = AsnConvert.parse(parameters, ECParameters)
    if (namedCurve !== undefined) return curveOfOid(namedCurve)
    return specifiedCurve && curveOfDomain(specifiedCurve)
  } catch {
    return undefined
  }
}

function curveOfDomain({ fieldID, curve, base, order }: SpecifiedECDomain): Curve | undefined {
  const prime = valueOf(new Uint8Array(fieldID.parameters), 0x02)
  if (!prime) return undefined
  return curveOfNumbers({
    p: integer(prime),
    a: integer(new Uint8Array(curve.a)),
    b: integer(new Uint8Array(curve.b)),
    n: integer(new Uint8Array(order)),
    base: new Uint8Array(base.buffer),
  })
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}
