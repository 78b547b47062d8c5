/** Throw-away keys that sign certificates and security objects: by OpenSSL, not by what checks them. */
import { constants, createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { bits, der, integer, octets, oid, printable, sequence, text, time, truth } from './der.ts'

export interface Signer {
  /** SubjectPublicKeyInfo */
  publicKey: Uint8Array
  /** AlgorithmIdentifier of its signatures, with SHA-256 */
  algorithm: Uint8Array
  sign(data: Uint8Array): Uint8Array
}

const sha256 = '2.16.840.1.101.3.4.2.1'
export const sha256Algorithm = sequence(oid(sha256))

const spkiOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })

/** @param paramEncoding explicit: the curve's numbers instead of its name, as many countries write it */
export function ecSigner(namedCurve = 'P-256', paramEncoding: 'named' | 'explicit' = 'named'): Signer {
  const pair = generateKeyPairSync('ec', { namedCurve, paramEncoding })
  return {
    publicKey: spkiOf(pair.publicKey),
    algorithm: sequence(oid('1.2.840.10045.4.3.2')),
    sign: (data) => sign('sha256', data, pair.privateKey),
  }
}

export function rsaSigner(padding: 'pkcs1' | 'pss'): Signer {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const mask = sequence(oid('1.2.840.113549.1.1.8'), sha256Algorithm)
  const pss = sequence(der(0xa0, sha256Algorithm), der(0xa1, mask), der(0xa2, integer(32)))
  return {
    publicKey: spkiOf(pair.publicKey),
    algorithm:
      padding === 'pss'
        ? sequence(oid('1.2.840.113549.1.1.10'), pss)
        : sequence(oid('1.2.840.113549.1.1.11'), der(0x05)),
    sign: (data) =>
      sign('sha256', data, {
        key: pair.privateKey,
        padding: padding === 'pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING,
        saltLength: 32,
      }),
  }
}

export interface CertificateRequest {
  subject: string
  issuer: string
  /** whose certificate it is */
  publicKey: Uint8Array
  signer: Signer
  serial: number
  from: Date
  until: Date
  isAuthority: boolean
}

/** Country and common name. */
export function distinguishedName(commonName: string): Uint8Array {
  const part = (type: string, value: Uint8Array) => der(0x31, sequence(oid(type), value))
  return sequence(part('2.5.4.6', printable('BT')), part('2.5.4.3', text(commonName)))
}

/** @returns a certificate as ICAO 9303-12 §7 profiles it, as far as anybody looks at it, DER */
export function makeCertificate(request: CertificateRequest): Uint8Array {
  const { signer, subject, issuer, publicKey, serial, from, until, isAuthority } = request
  const identifier = createHash('sha1').update(publicKey).digest()
  const basic = sequence(oid('2.5.29.19'), truth(), octets(isAuthority ? sequence(truth()) : sequence()))
  const extensions = [...(isAuthority ? [basic] : []), sequence(oid('2.5.29.14'), octets(octets(identifier)))]
  const body = sequence(
    der(0xa0, integer(2)),
    integer(serial),
    signer.algorithm,
    distinguishedName(issuer),
    sequence(time(from), time(until)),
    distinguishedName(subject),
    publicKey,
    der(0xa3, sequence(...extensions)),
  )
  return sequence(body, signer.algorithm, bits(signer.sign(body)))
}
