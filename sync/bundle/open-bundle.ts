/** Opens a bundle for whom it was sealed to, as far as its volumes are there. */
import { createDecipheriv } from 'node:crypto'
import { compactDecrypt, importJWK, type JWK } from 'jose'
import { err, ok, type Result } from 'neverthrow'
import { sha256Hex } from '../packet.ts'
import {
  zBundleIndex,
  zEnvelope,
  type BundleFault,
  type BundleHead,
  type BundleIndex,
  type Envelope,
  type PayloadRef,
} from './z-bundle.ts'

/** @returns the bytes of a volume if they are there and as the head says */
export type ReadVolume = (n: number) => Promise<Uint8Array | undefined>

export interface OpenedBundle {
  envelope: Envelope
  documents: BundleIndex['documents']
  /** one after the other; without `bytes` where a volume that it lies in is not there */
  payloads(): AsyncGenerator<PayloadRef & { content?: Uint8Array }>
}

/** @param head whose signature was found good @param privateJwk P-256 of whom it is for. `foreign`, `index`, `unreadable` */
export async function openBundle(
  head: BundleHead,
  privateJwk: JWK,
  read: ReadVolume,
): Promise<Result<OpenedBundle, BundleFault>> {
  const envelope = await openEnvelope(head.sealed, privateJwk)
  if (!envelope) return err('foreign')
  const total = head.volumes.reduce((sum, { bytes }) => sum + bytes, 0)
  if (envelope.indexBytes > total) return err('unreadable')
  const range = rangeReader(head, read)
  const sealed = await range(0, envelope.indexBytes)
  if (!sealed) return err('index')
  const index = openIndex(sealed, envelope)
  const payloadBytes = index?.payloads.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0
  if (!index || envelope.indexBytes + payloadBytes !== total) return err('unreadable')

  async function* payloads(): AsyncGenerator<PayloadRef & { content?: Uint8Array }> {
    let at = envelope?.indexBytes ?? 0
    for (const one of index?.payloads ?? []) {
      const content = await range(at, one.bytes)
      at += one.bytes
      yield content && sha256Hex(content) === one.sha256 ? { ...one, content } : one
    }
  }
  return ok({ envelope, documents: index.documents, payloads })
}

async function openEnvelope(sealed: string, privateJwk: JWK): Promise<Envelope | undefined> {
  try {
    const key = await importJWK(privateJwk, 'ECDH-ES+A256KW')
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['ECDH-ES+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    if (protectedHeader.typ !== 'btkiosk-envelope') return undefined
    return zEnvelope.parse(JSON.parse(new TextDecoder().decode(plaintext)))
  } catch {
    return undefined
  }
}

function openIndex(sealed: Uint8Array, { key, iv }: Envelope): BundleIndex | undefined {
  try {
    const tagAt = sealed.length - 16
    const decipher = createDecipheriv(
      'aes-256-gcm',
      Buffer.from(key, 'base64url'),
      Buffer.from(iv, 'base64url'),
    )
    decipher.setAuthTag(sealed.subarray(tagAt))
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()])
    return zBundleIndex.parse(JSON.parse(plain.toString('utf8')))
  } catch {
    return undefined
  }
}

/** @returns a reader of bytes that may lie in several volumes; the last volume is kept, for the next piece begins in it */
function rangeReader({ volumes }: BundleHead, read: ReadVolume) {
  const size = volumes[0]?.bytes ?? 1
  let last: { n: number; bytes: Uint8Array | undefined } | undefined
  async function volume(n: number): Promise<Uint8Array | undefined> {
    if (last?.n !== n) last = { n, bytes: await read(n) }
    return last.bytes
  }
  return async (start: number, length: number): Promise<Uint8Array | undefined> => {
    const out = Buffer.alloc(length)
    for (let at = start; at < start + length;) {
      const n = Math.floor(at / size)
      const bytes = n < volumes.length ? await volume(n) : undefined
      if (!bytes) return undefined
      const from = at - n * size
      const piece = bytes.subarray(from, Math.min(bytes.length, from + start + length - at))
      if (piece.length === 0) return undefined
      out.set(piece, at - start)
      at += piece.length
    }
    return out
  }
}
