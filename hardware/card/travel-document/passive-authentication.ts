/**
 * Passive authentication (ICAO 9303-11 §5.1): are the data what a trusted country signed? Two levels only, as the standard
 * has it. Certificate revocation lists are not looked at: a kiosk without a link has none that are fresh.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import type { DeviceFault } from '../../z-device.ts'
import { countryOf, isAuthority, isSignedBy, isValidAt, parseCertificate, sameName } from './certificate.ts'
import { readSecurityObject, type SecurityObject } from './security-object.ts'

export interface Genuine {
  /** two letters, of the authority in the trust list */
  country: string
  /** ISO 8601, of the document signer's certificate */
  signerValidUntil: string
  hashes: ReadonlyMap<number, Uint8Array>
  /** @returns whether this is the group that was signed */
  matches(group: number, bytes: Uint8Array): boolean
}

/**
 * @param bytes EF.SOD @param trusted country certificates, DER; what is none among them is passed over
 * @param now ms since the epoch
 */
export function checkSecurityObject(
  bytes: Uint8Array,
  trusted: readonly Uint8Array[],
  now: number,
): Result<Genuine, DeviceFault> {
  const object = readSecurityObject(bytes)
  if (!object) return err('card.unreadable')
  const { signer } = object
  const candidates = trusted
    .flatMap((der) => parseCertificate(der) ?? [])
    .filter((one) => isAuthority(one) && sameName(one.tbsCertificate.subject, signer.tbsCertificate.issuer))
  const verdicts = candidates.map((authority) => ({ authority, verdict: isSignedBy(signer, authority) }))
  const found = verdicts.find(({ verdict }) => verdict === 'valid')
  if (object.signature === 'unsupported') return err('travel-document.unsupported')
  if (object.signature === 'invalid') return err('travel-document.bad-signature')
  if (!found) {
    const isUnknown = !verdicts.some(({ verdict }) => verdict === 'unsupported')
    return err(isUnknown ? 'travel-document.issuer-unknown' : 'travel-document.unsupported')
  }
  const at = new Date(now)
  if (!isValidAt(signer, at) || !isValidAt(found.authority, at)) return err('travel-document.signer-expired')
  return ok({
    country: countryOf(found.authority.tbsCertificate.subject),
    signerValidUntil: signer.tbsCertificate.validity.notAfter.getTime().toISOString(),
    hashes: object.hashes,
    matches: (group, content) => matches(object, group, content),
  })
}

function matches({ hashes, hash }: SecurityObject, group: number, bytes: Uint8Array): boolean {
  const signed = hashes.get(group)
  const ours = createHash(hash).update(bytes).digest()
  return signed?.length === ours.length && timingSafeEqual(signed, ours)
}
