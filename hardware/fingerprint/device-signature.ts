/**
 * A JWS of a device: its signature, and the way from its certificate to a root that we trust. Names, dates, signatures,
 * the strength of the key and the list of withdrawn certificates are checked, all from the disk.
 */
import { X509Certificate } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'

/** Whom the kiosk believes about scanners. */
export interface ScannerTrust {
  /** PEM of the roots that may certify a device's own key */
  device: readonly string[]
  /** PEM of the roots for the digital id of devices with a secure chip (FTM) */
  ftm: readonly string[]
  /** SHA-256 of the DER of certificates that are withdrawn, hexadecimal */
  revoked: readonly string[]
}

export type SignatureFault =
  | 'finger.bad-signature'
  | 'finger.untrusted'
  | 'finger.certificate-expired'
  | 'finger.revoked'
  | 'finger.bad-answer'
export interface DeviceJws {
  /** also there when the signature is not to be believed, so that a report can tell everything that is wrong at once */
  payload: unknown
  fault?: SignatureFault
}

// The specification has x5c as plain base64 of DER; only the first certificate counts, the others are ignored.
const zHeader = z.object({ alg: z.literal('RS256'), x5c: z.array(z.string().max(16_000)).min(1).max(5) })
const smallestKeyBits = 2_048

/** @param roots PEM @param now ms since 1970 */
export async function openDeviceJws(
  jws: string,
  roots: readonly string[],
  { revoked, now }: { revoked: readonly string[]; now: number },
): Promise<DeviceJws> {
  let certificate: X509Certificate
  let payload: unknown
  try {
    const header = zHeader.parse(decodeProtectedHeader(jws))
    certificate = new X509Certificate(Buffer.from(header.x5c[0] ?? '', 'base64'))
    payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
  } catch {
    return { payload: undefined, fault: 'finger.bad-answer' }
  }
  const fault = faultOf(certificate, roots, revoked, now)
  if (fault) return { payload, fault }
  try {
    await compactVerify(jws, certificate.publicKey, { algorithms: ['RS256'] })
    return { payload }
  } catch {
    return { payload, fault: 'finger.bad-signature' }
  }
}

function faultOf(
  certificate: X509Certificate,
  roots: readonly string[],
  revoked: readonly string[],
  now: number,
): SignatureFault | undefined {
  const { publicKey } = certificate
  if ((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) < smallestKeyBits) return 'finger.untrusted'
  const issuer = roots
    .flatMap(readRoot)
    .find((root) => root.ca && certificate.checkIssued(root) && certificate.verify(root.publicKey))
  if (!issuer) return 'finger.untrusted'
  if (!isInDate(certificate, now) || !isInDate(issuer, now)) return 'finger.certificate-expired'
  const print = certificate.fingerprint256.replaceAll(':', '')
  return revoked.some((one) => one.replaceAll(':', '').toUpperCase() === print) ? 'finger.revoked' : undefined
}

/** A root that cannot be read certifies nobody. */
function readRoot(pem: string): X509Certificate[] {
  try {
    return [new X509Certificate(pem)]
  } catch {
    return []
  }
}

function isInDate({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo)
}
