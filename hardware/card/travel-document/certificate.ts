/** Certificates of the two levels of ICAO 9303-12: the country's own (CSCA) and the document signer's below it. */
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  BasicConstraints,
  Certificate,
  SubjectKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_subjectKeyIdentifier,
  type Name,
} from '@peculiar/asn1-x509'
import { verifySignature } from './verify-signature.ts'

/** @param der any bytes */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  try {
    return AsnConvert.parse(der, Certificate)
  } catch {
    return undefined
  }
}

/** @returns whether it may stand at the top: a certificate authority */
export function isAuthority(certificate: Certificate): boolean {
  return (
    extension(certificate, id_ce_basicConstraints, (raw) => AsnConvert.parse(raw, BasicConstraints).cA) ===
    true
  )
}

export function subjectKeyIdentifier(certificate: Certificate): Uint8Array | undefined {
  return extension(
    certificate,
    id_ce_subjectKeyIdentifier,
    (raw) => new Uint8Array(AsnConvert.parse(raw, SubjectKeyIdentifier).buffer),
  )
}

function extension<T>(certificate: Certificate, oid: string, read: (raw: ArrayBuffer) => T): T | undefined {
  try {
    const found = certificate.tbsCertificate.extensions?.find(({ extnID }) => extnID === oid)
    return found && read(found.extnValue.buffer)
  } catch {
    return undefined
  }
}

/** Issuers do not keep to one string type and one case between the two levels, so neither counts. */
export function sameName(one: Name, other: Name): boolean {
  return nameText(one) === nameText(other)
}

/** @returns as "2.5.4.6=bt,…", lower case */
export function nameText(name: Name): string {
  return name
    .flatMap((part) => part.map(({ type, value }) => `${type}=${value.toString().trim().toLowerCase()}`))
    .join(',')
}

/** @returns two letters, capital, as the certificate has them */
export function countryOf(name: Name): string {
  return /2\.5\.4\.6=([a-z]{2,3})(?:,|$)/.exec(nameText(name))?.[1]?.toUpperCase() ?? ''
}

export function isValidAt({ tbsCertificate: { validity } }: Certificate, at: Date): boolean {
  return validity.notBefore.getTime() <= at && at <= validity.notAfter.getTime()
}

export function isSignedBy(certificate: Certificate, authority: Certificate) {
  const { tbsCertificateRaw, signatureAlgorithm, signatureValue } = certificate
  if (!tbsCertificateRaw) return 'invalid'
  return verifySignature({
    algorithm: signatureAlgorithm,
    key: authority.tbsCertificate.subjectPublicKeyInfo,
    data: new Uint8Array(tbsCertificateRaw),
    signature: new Uint8Array(signatureValue),
  })
}
