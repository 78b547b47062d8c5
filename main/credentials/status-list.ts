/** Revocation that works offline: a signed list of bits, made by the issuer, kept by every kiosk. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite'
import * as vc from '@digitalbazaar/vc'
import { createCredential, createList, decodeList } from '@digitalbazaar/vc-bitstring-status-list'
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { documentLoader } from './document-loader.ts'
import { loaderFor, trustDids, type TrustedIssuers } from './trusted-issuers.ts'
import { toInstant } from './issued-claims.ts'
import { dataIntegritySigner, type IssuerKey } from './keys.ts'
import {
  statusListLength,
  zStatusListCredential,
  type StatusListCredential,
  type StatusPlace,
} from './z-status.ts'

export interface StatusListOptions {
  issuerKey: IssuerKey
  /** where it is published; becomes its `id` */
  url: string
  /** indexes of the revoked credentials */
  revoked: Iterable<number>
  /** when it was made; a kiosk shows the list's age by it */
  validFrom: Date
  validUntil?: Date
}

/** @returns a fresh BitstringStatusListCredential (ecdsa-rdfc-2019); some 500 bytes while few bits are set */
export async function createStatusList(options: StatusListOptions): Promise<StatusListCredential> {
  const { issuerKey, url, revoked, validFrom, validUntil } = options
  const list = await createList({ length: statusListLength })
  for (const index of revoked) list.setStatus(index, true)
  const credential = {
    ...(await createCredential({ id: url, list, statusPurpose: 'revocation' })),
    issuer: issuerKey.did,
    validFrom: toInstant(validFrom),
    ...(validUntil && { validUntil: toInstant(validUntil) }),
  }
  const signer = dataIntegritySigner(issuerKey)
  const suite = new DataIntegrityProof({ signer, date: toInstant(validFrom), cryptosuite })
  return zStatusListCredential.parse(await vc.issue({ credential, suite, documentLoader, now: validFrom }))
}

/** @returns the same list with one bit set (or cleared again), signed anew */
export async function withStatus(
  list: StatusListCredential,
  change: { index: number; revoked: boolean; issuerKey: IssuerKey; validFrom: Date; validUntil?: Date },
): Promise<StatusListCredential> {
  const { index, revoked, ...rest } = change
  const indexes = new Set(await revokedIndexes(list))
  if (revoked) indexes.add(index)
  else indexes.delete(index)
  return createStatusList({ ...rest, url: list.id, revoked: indexes })
}

async function revokedIndexes(list: StatusListCredential): Promise<number[]> {
  const bits = await decodeList({ encodedList: list.credentialSubject.encodedList })
  return Array.from({ length: bits.length }, (_, index) => index).filter((index) => bits.getStatus(index))
}

export interface StatusCheck {
  place: StatusPlace
  /** the credential's issuer; only it may say what it revoked, under any of its names */
  issuer: string
  /** default: that issuer, by the key in its DID */
  trustedIssuers?: TrustedIssuers
  /** the cached list, as it came */
  list: unknown
  now: Date
}

/**
 * Reads one bit of a cached list. The signature is checked before anything is decompressed.
 * @returns whether the credential is revoked, and the age of the list in days
 * Errors: `presentation.unreadable` (not a status list, or not this one), `presentation.bad-signature`,
 *   `presentation.issuer-unknown` (a list of another issuer)
 */
export async function checkStatus(
  check: StatusCheck,
): Promise<Result<{ revoked: boolean; ageDays: number }, Failure>> {
  const { place, issuer, list, now, trustedIssuers = trustDids([issuer]) } = check
  const parsed = zStatusListCredential.safeParse(list)
  if (!parsed.success || parsed.data.id !== place.listUrl) {
    return err({ code: 'presentation.unreadable', detail: { part: 'status-list' } })
  }
  const credential = parsed.data
  if (!trustedIssuers.isSame(credential.issuer, issuer))
    return err({ code: 'presentation.issuer-unknown', detail: { part: 'status-list' } })
  const made = new Date(credential.validFrom)
  const keyId = credential.proof.verificationMethod
  const key = trustedIssuers.keyFor({ issuer: credential.issuer, keyId, signedAt: made })
  if (key.isErr()) return err(key.error)
  // The list's own dates are for its publisher: an old list is still the best that is known, and its age is shown.
  const suite = new DataIntegrityProof({ cryptosuite })
  const { verified } = await vc.verifyCredential({
    ...{ credential, suite, now: made },
    documentLoader: loaderFor(key.value),
  })
  if (!verified) return err({ code: 'presentation.bad-signature', detail: { part: 'status-list' } })
  const bits = await decodeList({ encodedList: credential.credentialSubject.encodedList })
  if (place.index >= bits.length)
    return err({ code: 'presentation.unreadable', detail: { part: 'status-list' } })
  const ageDays = Math.max(0, (now.getTime() - made.getTime()) / 86_400_000)
  return ok({ revoked: bits.getStatus(place.index), ageDays })
}
