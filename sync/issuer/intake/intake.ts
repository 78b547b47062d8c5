/**
 * Takes in what the kiosks have written. Whatever arrives twice, late, half or reordered has one effect: each step is
 * decided by what the registry already holds, and each receipt is written under its own number.
 */
import { verifyDocument, signDocument } from '../../packet.ts'
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

export interface Intake {
  /** looks through every outbox; calls at the same time become one after the other */
  look(): Promise<void>
  say(entry: RequestEntry, state: ReceiptState, reason?: ReceiptReason): Promise<RequestEntry>
  start(): void
  stop(): Promise<void>
}

export interface IntakeOptions {
  store: KioskStore
  registry: Registry
  uploads: Uploads
  keys: IssuerKeys
  clock: { now(): number }
  onProblem: (event: string) => void
}

export function createIntake({ store, registry, uploads, keys, clock, onProblem }: IntakeOptions): Intake {
  let work: Promise<void> = Promise.resolve()
  let timer: ReturnType<typeof setInterval> | undefined

  async function say(
    entry: RequestEntry,
    state: ReceiptState,
    reason?: ReceiptReason,
  ): Promise<RequestEntry> {
    const seq = entry.seq + 1
    const receipt = {
      _id: `receipt:${entry.id}:${String(seq).padStart(4, '0')}`,
      type: 'receipt',
      request: entry.id,
      seq,
      state,
      ...(reason && { reason }),
      at: new Date(clock.now()).toISOString(),
    }
    const signature = await signDocument(receipt, keys.signing.privateJwk)
    // Written before the registry knows: after a crash in between the same number is refused and we go on.
    await store
      .inbox(entry.kiosk)
      .put({ ...receipt, signature })
      .catch(() => undefined)
    const { reason: _before, ...rest } = entry
    const next = { ...rest, state, seq, ...(reason && { reason }) }
    await registry.saveRequest(next)
    return next
  }

  async function take(document: RequestDoc, kiosk: KioskEntry): Promise<void> {
    const id = zRequestId.parse(document._id.slice('request:'.length))
    let entry = await registry.request(id)
    if (!entry) {
      const fresh: RequestEntry = {
        kind: 'request',
        id,
        kiosk: kiosk.id,
        created: document.created,
        state: 'received',
        seq: -1,
      }
      const genuine = document.kiosk === kiosk.id && (await verifyDocument(document, kiosk.jwk))
      entry = genuine ? await say(fresh, 'received') : await say(fresh, 'rejected', 'bad-kiosk-signature')
    }
    // A request belongs to the kiosk that brought it first.
    if (entry.kiosk !== kiosk.id || (entry.state !== 'received' && entry.state !== 'checking')) return
    const there = await Promise.all(document.parts.map(({ sha256 }) => uploads.read(sha256)))
    if (there.some((bytes) => !bytes)) return
    if (entry.state === 'received') entry = await say(entry, 'checking')
    const checked = await checkPacket(document, kiosk, keys, uploads.read)
    if (checked.isErr()) return void (await say(entry, 'rejected', checked.error))
    const { claims, packet } = checked.value
    const tag = keys.tag(claims.cid)
    if (!(await registry.claim(tag, packet.reason, id)))
      return void (await say(entry, 'rejected', 'duplicate-request'))
    await say({ ...entry, tag, claims: keys.protect(JSON.stringify(claims), id) }, 'ready')
  }

  async function lookThrough(): Promise<void> {
    for (const kiosk of await registry.kiosks()) {
      const { rows } = await store
        .outbox(kiosk.id)
        .allDocs({ include_docs: true, startkey: 'request:', endkey: 'request:\uffff' })
      for (const { id, doc } of rows) {
        const parsed = zRequestDoc.safeParse(doc)
        if (!parsed.success) {
          onProblem(`unreadable document ${id.slice(0, 34)}`)
          continue
        }
        try {
          await take(parsed.data, kiosk)
        } catch (error) {
          // One that cannot be handled must not hold up the others.
          onProblem(`intake failed: ${error instanceof Error ? error.message : 'unknown'}`)
        }
      }
    }
  }
  const look = () => (work = work.then(lookThrough))

  return {
    look,
    say,
    start() {
      uploads.onArrived(() => void look())
      timer = setInterval(() => void look(), 500)
    },
    async stop() {
      clearInterval(timer)
      await work
    },
  }
}
