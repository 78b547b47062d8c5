/** What is done with one document of an outbox, as far as it goes with what has arrived, and what is said of it. */
import { signDocument, verifyDocument } from '../../packet.ts'
import { isStatus } from '../../outbox.ts'
import {
  zRequestDoc,
  zRequestId,
  type ReceiptReason,
  type ReceiptState,
  type RequestDoc,
} from '../../z-facts.ts'
import type { IssuerKeys } from '../keys.ts'
import type { KioskEntry, Registry, RequestEntry } from '../registry.ts'
import type { KioskStore } from '../store/kiosk-store.ts'
import type { Uploads } from '../uploads.ts'
import { checkPacket } from './check-packet.ts'

export interface StepsOptions {
  store: Pick<KioskStore, 'inbox'>
  registry: Registry
  uploads: Pick<Uploads, 'read' | 'has'>
  keys: IssuerKeys
  clock: { now(): number }
  /** by which passports are believed, DER or PEM */
  countryCertificates?: () => Promise<readonly Uint8Array[]>
  onProblem: (event: string) => void
}

export interface Steps {
  /** Safe to repeat at any time. @returns hashes of the payloads that it still waits for */
  take(kiosk: KioskEntry, id: string, document: unknown): Promise<string[]>
  say(
    entry: RequestEntry,
    state: ReceiptState,
    reason?: ReceiptReason,
    /** SHA-256 of the payloads that the issuer holds from now on */
    parts?: string[],
  ): Promise<RequestEntry>
}

export function createSteps(options: StepsOptions): Steps {
  const { store, registry, uploads, keys, clock, onProblem } = options
  const { countryCertificates = () => Promise.resolve([]) } = options

  async function writeReceipt(
    kiosk: string,
    request: string,
    said: { seq: number; state: ReceiptState; reason?: ReceiptReason; parts?: string[] },
  ): Promise<void> {
    const receipt = {
      _id: `receipt:${request}:${String(said.seq).padStart(4, '0')}`,
      type: 'receipt',
      request,
      ...said,
      at: new Date(clock.now()).toISOString(),
    }
    const signature = await signDocument(receipt, keys.signing.privateJwk)
    try {
      await store.inbox(kiosk).put({ ...receipt, signature })
    } catch (error) {
      // Written before a crash that came before the registry knew of it: that one stands.
      if (!isStatus(error, 409)) throw error
    }
  }

  async function say(
    entry: RequestEntry,
    state: ReceiptState,
    reason?: ReceiptReason,
    parts?: string[],
  ): Promise<RequestEntry> {
    const seq = entry.seq + 1
    // Before the registry: what the registry believes to be said is always there for the kiosk to hear.
    await writeReceipt(entry.kiosk, entry.id, {
      seq,
      state,
      ...(reason && { reason }),
      ...(parts && { parts }),
    })
    const { reason: _before, ...rest } = entry
    const next = { ...rest, state, seq, ...(reason && { reason }) }
    await registry.saveRequest(next)
    return next
  }

  /** To the kiosk that brought it, and not as the end of the request: another kiosk may bring the genuine one. */
  const turnAway = (kiosk: KioskEntry, request: string, reason: ReceiptReason) =>
    writeReceipt(kiosk.id, request, { seq: 0, state: 'rejected', reason })

  async function entryFor(
    document: RequestDoc,
    kiosk: KioskEntry,
    id: string,
  ): Promise<RequestEntry | undefined> {
    const known = await registry.request(id)
    if (known?.kiosk === kiosk.id) return known
    if (document.kiosk !== kiosk.id || !(await verifyDocument(document, kiosk.jwk))) {
      await turnAway(kiosk, id, 'bad-kiosk-signature')
      return undefined
    }
    // A request belongs to the kiosk that brought it first.
    if (known) return void (await turnAway(kiosk, id, 'duplicate-request'))
    const { created } = document
    return say({ kind: 'request', id, kiosk: kiosk.id, created, state: 'received', seq: -1 }, 'received')
  }

  async function missingOf(parts: readonly string[]): Promise<string[]> {
    const there = await Promise.all(parts.map((sha256) => uploads.has(sha256)))
    return parts.filter((_sha256, n) => !there[n])
  }

  async function take(kiosk: KioskEntry, docId: string, doc: unknown): Promise<string[]> {
    const parsed = zRequestDoc.safeParse(doc)
    if (!parsed.success) {
      onProblem(`unreadable document ${docId.slice(0, 34)}`)
      const id = zRequestId.safeParse(docId.replace(/^request:/, ''))
      if (id.success && !(await registry.request(id.data))) await turnAway(kiosk, id.data, 'schema-mismatch')
      return []
    }
    const document = parsed.data
    const id = zRequestId.parse(document._id.slice('request:'.length))
    let entry = await entryFor(document, kiosk, id)
    if (!entry || (entry.state !== 'received' && entry.state !== 'checking')) return []
    const held = document.parts.map(({ sha256 }) => sha256)
    const missing = await missingOf(held)
    if (missing.length > 0) return missing
    // All of them are kept here: from here on the kiosk need not keep its own.
    if (entry.state === 'received') entry = await say(entry, 'checking', undefined, held)
    const checked = await checkPacket(document, kiosk, keys, { read: uploads.read, countryCertificates })
    if (checked.isErr()) {
      await say(entry, 'rejected', checked.error)
      return []
    }
    const { claims, packet, attention } = checked.value
    if (attention) {
      await say(entry, 'needs-attention', attention)
      return []
    }
    const tag = keys.tag(claims.cid)
    if (!(await registry.claim(tag, packet.reason, id))) await say(entry, 'rejected', 'duplicate-request')
    else await say({ ...entry, tag, claims: keys.protect(JSON.stringify(claims), id) }, 'ready')
    return []
  }

  return { take, say }
}
