/** What arrived, opened: the kiosk's signature, the seal, and every payload as the packet names it. */
import { err, ok, type Result } from 'neverthrow'
import { openPacket, openPart, verifyDocument } from '../../packet.ts'
import type { ReceiptReason, RequestDoc } from '../../z-facts.ts'
import type { AnyPacket } from '../../z-packet.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry } from '../registry.ts'

export interface OpenedParts {
  names: ReadonlySet<string>
  /** @returns the plaintext of a part that is there, opened when it is asked for */
  read(name: string | undefined): Promise<Uint8Array | undefined>
}

export interface OpenedRequest {
  packet: AnyPacket
  parts: OpenedParts
}

/** a payload by its hash; undefined means it has not arrived */
export type ReadPayload = (sha256: string) => Promise<Uint8Array | undefined>

/** `bad-kiosk-signature`, `unsealing-failed`, `payload-missing`, `payload-mismatch` */
export async function openRequest(
  document: RequestDoc,
  kiosk: KioskEntry,
  keys: IssuerKeys,
  read: ReadPayload,
): Promise<Result<OpenedRequest, ReceiptReason>> {
  if (document.kiosk !== kiosk.id || !(await verifyDocument(document, kiosk.jwk)))
    return err('bad-kiosk-signature')
  const opened = await openPacket(document.sealed, keys.sealing.privateJwk)
  if (opened.isErr()) return err('unsealing-failed')
  const packet = opened.value
  if (`request:${packet.request}` !== document._id) return err('unsealing-failed')
  // Each is opened once now, so that a wrong one is told; they are large, and so none is kept.
  for (const part of document.parts) {
    const plain = await readPart(document, packet, part.name, read)
    if (plain.isErr()) return err(plain.error)
  }
  const names = new Set(document.parts.map(({ name }) => name))
  return ok({
    packet,
    parts: {
      names,
      read: async (name) =>
        name === undefined ? undefined : (await readPart(document, packet, name, read)).unwrapOr(undefined),
    },
  })
}

async function readPart(
  document: RequestDoc,
  packet: AnyPacket,
  name: string,
  read: ReadPayload,
): Promise<Result<Uint8Array, ReceiptReason>> {
  const ref = document.parts.find((part) => part.name === name)
  const key = packet.partKeys.find((part) => part.name === name)
  const ciphertext = ref && (await read(ref.sha256))
  if (!ciphertext) return err('payload-missing')
  return key ? openPart(ciphertext, key) : err('payload-mismatch')
}
