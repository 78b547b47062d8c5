/** Writes demo cards as the issuer's office would: the file is signed with the issuer's key, by another COSE library than the one that reads it. */
import { createHash } from 'node:crypto'
import { Algorithms, Headers, ProtectedHeaders, Sign1, UnprotectedHeaders } from '@auth0/cose'
import { encode } from 'cborg'
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { cardApplication, cardFiles } from '../../card/layout.ts'
import type { CardContent } from './virtual-card.ts'

export interface Personalisation {
  claims: Readonly<Record<string, string | number | boolean>>
  /** JPEG of at most 32 kB */
  portraitJpeg?: Uint8Array
  /** a template for the check of one finger */
  finger?: { name: string; template: Uint8Array }
  /** the issuer's private P-256 JWK */
  issuerKey: JWK
  /** number printed on the card */
  card?: string
  /** ISO 8601, UTC */
  issued?: string
}

/** @returns what is written to the card, files by identifier (hardware/card/README.md) */
export async function personaliseCard({
  claims,
  portraitJpeg,
  finger,
  issuerKey,
  card = 'BT-0000001',
  issued = '2024-02-21T03:30:00Z',
}: Personalisation): Promise<CardContent> {
  const payload = encode({
    v: 1,
    card,
    issued,
    claims,
    ...(finger && { finger: { name: finger.name, sha256: sha256(finger.template) } }),
    ...(portraitJpeg && { portraitSha256: sha256(portraitJpeg) }),
  })
  const kid = issuerKey.kid ?? (await calculateJwkThumbprint(issuerKey))
  const key = await importJWK(issuerKey, 'ES256', { extractable: true })
  const header = new ProtectedHeaders()
  header.set(Headers.Algorithm, Algorithms.ES256)
  header.set(Headers.KeyID, new TextEncoder().encode(kid))
  const signed = await Sign1.sign(header, new UnprotectedHeaders(), payload, key)
  const files = new Map<number, Uint8Array>([[cardFiles.identity.id, Uint8Array.from(signed.encode())]])
  if (portraitJpeg) files.set(cardFiles.portrait.id, portraitJpeg)
  if (finger) files.set(cardFiles.finger.id, finger.template)
  return { aid: cardApplication, files }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** @returns the same card with one letter of a name changed by somebody who has no key */
export function forgeCard(card: CardContent): CardContent {
  const identity = Uint8Array.from(card.files.get(cardFiles.identity.id) ?? [])
  const at = Buffer.from(identity).indexOf('fullName') + 'fullName'.length + 1
  // A capital letter becomes its neighbour, so the file stays well-formed.
  identity[at] = (identity[at] ?? 0) ^ 1
  return { ...card, files: new Map([...card.files, [cardFiles.identity.id, identity]]) }
}
