/**
 * Sealing and signing. A packet is encrypted to the issuer before it touches the disk; large parts lie beside it as
 * AES-256-GCM ciphertext under keys that only the packet holds. The kiosk cannot read back what it has sealed.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { compactDecrypt, CompactEncrypt, compactVerify, CompactSign, importJWK, type JWK } from 'jose'
import canonicalize from 'canonicalize'
import { err, ok, type Result } from 'neverthrow'
import {
  zDeliveryDoc,
  zMasterDoc,
  zReceiptDoc,
  type DeliveryDoc,
  type MasterDoc,
  type PartRef,
  type ReceiptDoc,
} from './z-facts.ts'
import { zAnyPacket, type AnyPacket, type PartKey, type UnsealedPacket } from './z-packet.ts'
import { z } from 'zod'

export type Random = (bytes: number) => Uint8Array

export interface PlainPart {
  name: string
  mediaType: PartKey['mediaType']
  bytes: Uint8Array
}
export interface SealedBlob {
  sha256: string
  bytes: Uint8Array
}
export interface Sealed {
  /** compact JWE, ECDH-ES+A256KW with A256GCM (RFC 7516, RFC 7518 §4.6) */
  sealed: string
  parts: PartRef[]
  blobs: SealedBlob[]
}

export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * @param packet everything but the keys of the parts, which are made here
 * @param issuerKey P-256 public JWK of the issuer's sealing key
 * @returns the JWE and the ciphertexts, each named by its SHA-256
 */
export async function sealPacket(options: {
  packet: UnsealedPacket
  parts: readonly PlainPart[]
  issuerKey: JWK
  random: Random
}): Promise<Sealed> {
  const blobs: Uint8Array[] = []
  const { keys, parts } = await sealParts(options.parts, options.random, (bytes) => void blobs.push(bytes))
  return {
    sealed: await sealEnvelope(options.packet, keys, options.issuerKey),
    parts,
    blobs: parts.map(({ sha256 }, n) => ({ sha256, bytes: blobs[n] ?? new Uint8Array() })),
  }
}

/**
 * The first half of `sealPacket`: the payloads. What is encrypted is handed on at once, and hashed while the disk writes.
 * @param onSealed is given each ciphertext, in the order of the parts
 */
export async function sealParts(
  plain: readonly PlainPart[],
  random: Random,
  onSealed: (ciphertext: Uint8Array) => void,
): Promise<{ keys: PartKey[]; parts: PartRef[] }> {
  const made = []
  for (const part of plain) {
    const one = encryptPart(part, random)
    onSealed(one.ciphertext)
    made.push(one)
    await turn()
  }
  const keys: PartKey[] = []
  const parts: PartRef[] = []
  for (const { part, key, iv, ciphertext } of made) {
    const { name, mediaType, bytes } = part
    const plainSha256 = sha256Hex(bytes)
    keys.push({ name, mediaType, key: base64url(key), iv: base64url(iv), plainSha256 })
    parts.push({ name, sha256: sha256Hex(ciphertext), bytes: ciphertext.length })
    await turn()
  }
  return { keys, parts }
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** The second half. @returns the JWE of the packet, which holds the keys of its payloads */
export async function sealEnvelope(
  packet: UnsealedPacket,
  keys: readonly PartKey[],
  issuerKey: JWK,
): Promise<string> {
  const whole = zAnyPacket.parse({ ...packet, partKeys: keys })
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(whole)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'btkiosk-packet' })
    .encrypt(await importJWK(issuerKey, 'ECDH-ES+A256KW'))
}

function encryptPart(part: PlainPart, random: Random) {
  const key = random(32)
  const iv = random(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const ciphertext = Buffer.concat([cipher.update(part.bytes), cipher.final(), cipher.getAuthTag()])
  return { part, key, iv, ciphertext }
}

/** @param privateJwk the issuer's sealing key @returns the packet, or `unsealing-failed` for whatever is not one */
export async function openPacket(
  sealed: string,
  privateJwk: JWK,
): Promise<Result<AnyPacket, 'unsealing-failed'>> {
  try {
    const { plaintext } = await compactDecrypt(sealed, privateJwk, {
      keyManagementAlgorithms: ['ECDH-ES+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return ok(zAnyPacket.parse(JSON.parse(new TextDecoder().decode(plaintext))))
  } catch {
    return err('unsealing-failed')
  }
}

/** @returns the plaintext of a part, or `payload-mismatch` where it is not what the packet says */
export function openPart(ciphertext: Uint8Array, partKey: PartKey): Result<Uint8Array, 'payload-mismatch'> {
  try {
    const tagAt = ciphertext.length - 16
    const decipher = createDecipheriv(
      'aes-256-gcm',
      Buffer.from(partKey.key, 'base64url'),
      Buffer.from(partKey.iv, 'base64url'),
    )
    decipher.setAuthTag(ciphertext.subarray(tagAt))
    const plain = Buffer.concat([decipher.update(ciphertext.subarray(0, tagAt)), decipher.final()])
    return sha256Hex(plain) === partKey.plainSha256 ? ok(plain) : err('payload-mismatch')
  } catch {
    return err('payload-mismatch')
  }
}

/** What a signature covers: the document in RFC 8785 form without `signature`, `_rev` and PouchDB's own fields. */
function signedBytes(document: object): Uint8Array {
  const own = Object.entries(document).filter(
    ([name]) => name !== 'signature' && (name === '_id' || !name.startsWith('_')),
  )
  const text = canonicalize(Object.fromEntries(own))
  if (text === undefined) throw new Error('A document that has no JSON form cannot be signed')
  return new TextEncoder().encode(text)
}

/** @param privateJwk P-256 @returns a compact JWS (ES256) with detached content (RFC 7515 appendix F) over the document */
export async function signDocument(document: object, privateJwk: JWK): Promise<string> {
  const jws = await new CompactSign(signedBytes(document))
    .setProtectedHeader({ alg: 'ES256' })
    // As a JWK, not imported here: the library keeps what it made of it with the object.
    .sign(privateJwk)
  const [header, , signature] = jws.split('.')
  return `${header}..${signature}`
}

/** @returns whether the document's own `signature` is that key's over exactly this document */
export async function verifyDocument(document: { signature: string }, publicJwk: JWK): Promise<boolean> {
  const [header, middle, signature, more] = document.signature.split('.')
  if (!header || middle !== '' || !signature || more !== undefined) return false
  const payload = Buffer.from(signedBytes(document)).toString('base64url')
  try {
    await compactVerify(`${header}.${payload}.${signature}`, publicJwk, {
      algorithms: ['ES256'],
    })
    return true
  } catch {
    return false
  }
}

/** @returns the receipt if it is one and the issuer signed it */
export async function verifyReceipt(document: unknown, issuerKey: JWK): Promise<ReceiptDoc | undefined> {
  const parsed = zReceiptDoc.safeParse(document)
  if (!parsed.success || !(await verifyDocument(parsed.data, issuerKey))) return undefined
  return parsed.data._id.startsWith(`receipt:${parsed.data.request}:`) ? parsed.data : undefined
}

/** @returns the delivery if it is one and the issuer signed it */
export async function verifyDelivery(document: unknown, issuerKey: JWK): Promise<DeliveryDoc | undefined> {
  const parsed = zDeliveryDoc.safeParse(document)
  if (!parsed.success || parsed.data._id !== `delivery:${parsed.data.request}`) return undefined
  return (await verifyDocument(parsed.data, issuerKey)) ? parsed.data : undefined
}

const zMasterPayload = z.object({
  name: z.string(),
  version: z.number().int(),
  issued: z.iso.datetime(),
  content: z.unknown(),
})
export type MasterPayload = z.infer<typeof zMasterPayload>

/** @returns what the master says, if the issuer signed it for that name and version */
export async function verifyMaster(document: unknown, issuerKey: JWK): Promise<MasterPayload | undefined> {
  const parsed = zMasterDoc.safeParse(document)
  if (!parsed.success) return undefined
  try {
    const { payload } = await compactVerify(parsed.data.jws, await importJWK(issuerKey, 'ES256'), {
      algorithms: ['ES256'],
    })
    const said = zMasterPayload.parse(JSON.parse(new TextDecoder().decode(payload)))
    return said.name === parsed.data.name && said.version === parsed.data.version ? said : undefined
  } catch {
    return undefined
  }
}

/** @returns a signed master document, as the issuer writes it into a kiosk's inbox */
export async function signMaster(
  master: { name: MasterDoc['name']; version: number; issued: string; content: unknown },
  privateJwk: JWK,
): Promise<MasterDoc> {
  const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(master)))
    .setProtectedHeader({ alg: 'ES256' })
    .sign(await importJWK(privateJwk, 'ES256'))
  return { _id: `master:${master.name}`, type: 'master', name: master.name, version: master.version, jws }
}
