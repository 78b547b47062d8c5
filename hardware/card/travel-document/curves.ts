/**
 * The elliptic curves of the standard, all of cofactor one, from a reviewed library: node:crypto cannot multiply points,
 * and under Electron it has no Brainpool.
 */
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { randomBytes } from 'node:crypto'

export type Curve = typeof p256
export type Point = InstanceType<Curve['Point']>

/** By number of the standardised domain parameters (ICAO 9303-11 §9.5.1) and by the curve's own name. */
const known = [
  { id: 12, oid: '1.2.840.10045.3.1.7', curve: p256 },
  { id: 13, oid: '1.3.36.3.3.2.8.1.1.7', curve: brainpoolP256r1 },
  { id: 15, oid: '1.3.132.0.34', curve: p384 },
  { id: 16, oid: '1.3.36.3.3.2.8.1.1.11', curve: brainpoolP384r1 },
  { id: 17, oid: '1.3.36.3.3.2.8.1.1.13', curve: brainpoolP512r1 },
  { id: 18, oid: '1.3.132.0.35', curve: p521 },
] as const

/** Documents often carry a curve's numbers instead of its name: then they must be those of a known curve, all of them. */
export interface CurveNumbers {
  p: bigint
  a: bigint
  b: bigint
  n: bigint
  /** uncompressed or compressed point */
  base: Uint8Array
}

export function curveOfParameterId(id: number): Curve | undefined {
  return known.find((one) => one.id === id)?.curve
}

export function curveOfOid(oid: string): Curve | undefined {
  return known.find((one) => one.oid === oid)?.curve
}

export function curveOfNumbers({ p, a, b, n, base }: CurveNumbers): Curve | undefined {
  return known
    .map(({ curve }) => curve)
    .find((curve) => {
      const own = curve.Point.CURVE()
      const isSame = own.p === p && own.a === a && own.b === b && own.n === n
      return isSame && (readPoint(curve, base)?.equals(curve.Point.BASE) ?? false)
    })
}

/** @returns the point, or nothing if the bytes are none of this curve, or the one at infinity */
export function readPoint(curve: Curve, bytes: Uint8Array): Point | undefined {
  try {
    const point = curve.Point.fromBytes(Uint8Array.from(bytes))
    return point.is0() ? undefined : point
  } catch {
    return undefined
  }
}

/** Uncompressed: 04, x, y. */
export function pointBytes(point: Point): Uint8Array {
  return point.toBytes(false)
}

/** The x coordinate at the full length of the field, which is the shared secret (BSI TR-03111 §4.3.1). */
export function xBytes(point: Point): Uint8Array {
  const bytes = pointBytes(point)
  return bytes.subarray(1, 1 + (bytes.length - 1) / 2)
}

export interface KeyPair {
  secret: bigint
  public: Point
}

/** A fresh pair over `base` (nothing: the curve's own). @param random gives so many random bytes */
export function makePair(curve: Curve, base: Point = curve.Point.BASE, random = randomBytes): KeyPair {
  const { n } = curve.Point.CURVE()
  // Eight bytes more than the order has, so that the remainder is as good as even (FIPS 186-5 A.2.1).
  const length = Math.ceil(n.toString(2).length / 8) + 8
  const secret = (BigInt(`0x${Buffer.from(random(length)).toString('hex')}`) % (n - 1n)) + 1n
  return { secret, public: base.multiply(secret) }
}
