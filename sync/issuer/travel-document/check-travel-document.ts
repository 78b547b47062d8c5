/** The passport that the kiosk read, checked again from what it sent: the kiosk's word is not enough. */
import type { FoundationalClaims } from '../../../main/credentials/z-foundational.ts'
import type { Packet } from '../../z-packet.ts'
import { onlyValue } from './objects.ts'
import { readSignedHashes, type Doubt } from './signed-hashes.ts'

export interface DocumentEvidence {
  document: NonNullable<Packet['travelDocument']>
  /** the file of the face, where it was sent */
  group2: Uint8Array | undefined
  claims: Pick<FoundationalClaims, 'dateOfBirth' | 'gender'>
  /** country certificates that this issuer believes, DER or PEM */
  trusted: readonly Uint8Array[]
}

/** @returns why somebody must look at it, or nothing */
export function doubtsAbout({
  document,
  group2,
  claims,
  trusted,
}: DocumentEvidence): Doubt | 'document-mismatch' | undefined {
  const signed = readSignedHashes(
    Buffer.from(document.securityObject, 'base64url'),
    trusted,
    new Date(document.readAt),
  )
  if (typeof signed === 'string') return signed
  const group1 = Buffer.from(document.group1, 'base64url')
  if (!signed.matches(1, group1) || (group2 && !signed.matches(2, group2))) return 'document-not-genuine'
  const said = saidIn(group1)
  if (!said) return 'document-not-genuine'
  const born = claims.dateOfBirth.slice(2).replaceAll('-', '')
  const sameDay = !/^[0-9]{6}$/.test(said.born) || said.born === born
  const sameSex = said.sex === '<' || said.sex === { female: 'F', male: 'M' }[String(claims.gender)]
  return sameDay && sameSex ? undefined : 'document-mismatch'
}

/** Where the zone's three sizes have them (ICAO 9303-4, -5, -6): names differ for good reasons, a day of birth does not. */
const places: Readonly<Record<number, { born: number; sex: number }>> = {
  90: { born: 30, sex: 37 },
  72: { born: 49, sex: 56 },
  88: { born: 57, sex: 64 },
}

function saidIn(group1: Uint8Array): { born: string; sex: string } | undefined {
  const inner = onlyValue(group1, 0x61)
  const zone = Buffer.from((inner && onlyValue(inner, 0x5f1f)) ?? []).toString('latin1')
  const at = places[zone.length]
  return at && { born: zone.slice(at.born, at.born + 6), sex: zone.slice(at.sex, at.sex + 1) }
}
