/**
 * A finger that a scanner for authentication sealed to this issuer (SBI §6), checked and opened: the device's signature and
 * the way to a root that is believed, the time, whom it is meant for, and the bytes themselves. Whether it is the finger of
 * the person is for a matcher to say, which the reference issuer does not have (docs/fingerprints.md).
 */
import {
  constants,
  createDecipheriv,
  privateDecrypt,
  timingSafeEqual,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { z } from 'zod'

export const zSealedFinger = z.object({
  finger: z.string().max(40),
  record: z.string().max(1_500_000),
  hash: z.string().regex(/^[0-9A-F]{64}$/),
  sessionKey: z.base64url().max(1_000),
  thumbprint: z.string().regex(/^[0-9A-Fa-f]{64}$/),
})
export type SealedFinger = z.infer<typeof zSealedFinger>

export type FingerRefusal = 'untrusted' | 'bad-signature' | 'not-for-us' | 'too-old' | 'not-opened'

interface Judge {
  privateKey: KeyObject
  thumbprint: string
  domainUri: string
  /** PEM */
  roots: readonly string[]
  /** SHA-256 of certificates that are withdrawn */
  revoked: readonly string[]
  now: number
}

const zHeader = z.object({ alg: z.literal('RS256'), x5c: z.array(z.string().max(16_000)).min(1).max(5) })
const zPayload = z.object({
  bioType: z.literal('Finger'),
  purpose: z.literal('Auth'),
  domainUri: z.string(),
  bioValue: z.base64url(),
  transactionId: z.string().min(4).max(50),
  timestamp: z.iso.datetime(),
})
/** How long it may have been under way: the citizen stands there, but the link drops. */
const longestMs = 15 * 60_000
const tagBytes = 16

/** @returns the image record as the scanner took it */
export async function openFinger(sealed: SealedFinger, judge: Judge): Promise<Result<Buffer, FingerRefusal>> {
  const certificate = certificateOf(sealed.record)
  if (!certificate || !isBelieved(certificate, judge)) return err('untrusted')
  let payload
  try {
    const verified = await compactVerify(sealed.record, certificate.publicKey, { algorithms: ['RS256'] })
    payload = zPayload.parse(JSON.parse(new TextDecoder().decode(verified.payload)))
  } catch {
    return err('bad-signature')
  }
  if (payload.domainUri !== judge.domainUri || sealed.thumbprint.toUpperCase() !== judge.thumbprint)
    return err('not-for-us')
  if (Math.abs(judge.now - Date.parse(payload.timestamp)) > longestMs) return err('too-old')
  try {
    return ok(unseal(payload, Buffer.from(sealed.sessionKey, 'base64url'), judge.privateKey))
  } catch {
    return err('not-opened')
  }
}

function certificateOf(record: string): X509Certificate | undefined {
  try {
    const { x5c } = zHeader.parse(decodeProtectedHeader(record))
    return new X509Certificate(Buffer.from(x5c[0] ?? '', 'base64'))
  } catch {
    return undefined
  }
}

function isBelieved(certificate: X509Certificate, { roots, revoked, now }: Judge): boolean {
  const print = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex')
  const isWithdrawn = revoked.some((one) => {
    const bytes = Buffer.from(one.replaceAll(':', ''), 'hex')
    return bytes.length === print.length && timingSafeEqual(bytes, print)
  })
  const inDate = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)
  return (
    inDate &&
    !isWithdrawn &&
    roots.map((pem) => new X509Certificate(pem)).some((root) => root.ca && certificate.verify(root.publicKey))
  )
}

/** Key, IV and additional data as the specification makes them of time and transaction. */
function unseal(
  { bioValue, timestamp, transactionId }: z.infer<typeof zPayload>,
  sessionKey: Buffer,
  privateKey: KeyObject,
): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha256' }, sessionKey)
  const length = Math.max(timestamp.length, transactionId.length)
  const padded = (text: string) => Buffer.from(text.padStart(length, '\0'), 'latin1')
  const [a, b] = [padded(timestamp), padded(transactionId)]
  const mixed = Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
  const bytes = Buffer.from(bioValue, 'base64url')
  const opened = createDecipheriv('aes-256-gcm', key, mixed.subarray(-12))
  opened.setAAD(mixed.subarray(-16))
  opened.setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([opened.update(bytes.subarray(0, -tagBytes)), opened.final()])
}
