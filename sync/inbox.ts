/** What the issuer has said, as far as its signature holds. What does not verify is counted and never used. */
import type { JWK } from 'jose'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { verifyDelivery, verifyMaster, verifyReceipt } from './packet.ts'
import { loadSnapshot, saveSnapshot } from './snapshot.ts'
import {
  zInstant,
  zReceiptReason,
  zReceiptState,
  zRequestId,
  zSha256,
  type DeliveryDoc,
  type MasterName,
  type RequestId,
} from './z-facts.ts'

/** A receipt whose signature was found good; the document itself stays in the database. */
export const zHeard = z.object({
  seq: z.number().int(),
  state: zReceiptState,
  reason: zReceiptReason.optional(),
  at: zInstant,
  /** SHA-256 of the payloads that the issuer has and keeps */
  parts: z.array(zSha256).optional(),
})
export type Heard = z.infer<typeof zHeard>

/** A delivery whose signature was found good; the sealed bytes stay in the database. */
export type Delivery = Pick<DeliveryDoc, 'holder' | 'at' | 'until'>

export interface Inbox {
  readonly database: PouchDB
  receipts(id: RequestId): readonly Heard[]
  /** content of the newest verified version, or undefined while none has come */
  master(name: MasterName): unknown
  /** of that content; what lies in the database may be newer and not looked at yet */
  masterVersion(name: MasterName): number | undefined
  /** what lies here for the citizen of that request: whose key it is for, and until when; none that was replaced */
  delivery(id: RequestId): Delivery | undefined
  /** requests whose delivery is for that key (RFC 7638 thumbprint) */
  deliveriesFor(holder: string): RequestId[]
  /** the whole of it, as it was signed */
  openDelivery(id: RequestId): Promise<DeliveryDoc | undefined>
  /** documents that came and did not verify */
  readonly refused: ReadonlySet<string>
  /** the newest instant that the issuer has signed, in ms since 1970 */
  newestSigned(): number | undefined
  /** takes in what has arrived since; called after each replication */
  refresh(): Promise<void>
  /** @param listener is told which requests were spoken of; none where it was only a master */
  onChange(listener: (requests: readonly RequestId[]) => void): () => void
  /** keeps what was folded for the next start */
  save(): Promise<void>
}

const zSnapshot = z.object({
  since: z.union([z.number(), z.string()]),
  count: z.number(),
  newest: z.number().optional(),
})
const zEntry = z.tuple([zRequestId, z.array(zHeard)])

const pageSize = 500

function* entriesOf(receipts: ReadonlyMap<string, ReadonlyMap<number, Heard>>): Generator {
  for (const [id, all] of receipts) yield [id, [...all.values()]]
}

/**
 * @param issuerKey P-256 public JWK that receipts and masters are signed with
 * @param snapshotPath where what was verified is kept between two starts; default: nowhere
 */
export async function createInbox(
  database: PouchDB,
  issuerKey: () => JWK | undefined,
  snapshotPath?: string,
): Promise<Inbox> {
  const receipts = new Map<string, Map<number, Heard>>()
  const masters = new Map<string, { version: number; content: unknown }>()
  const deliveries = new Map<RequestId, Delivery>()
  const replaced = new Set<RequestId>()
  const refused = new Set<string>()
  const listeners = new Set<(requests: readonly RequestId[]) => void>()
  let since: number | string = 0
  let newest: number | undefined
  let unsaved = 0
  let work: Promise<void> = Promise.resolve()

  const signedAt = (instant: string) => (newest = Math.max(newest ?? 0, Date.parse(instant)))

  async function take(id: string, doc: unknown, key: JWK): Promise<RequestId | undefined> {
    if (id.startsWith('receipt:')) {
      const receipt = await verifyReceipt(doc, key)
      if (!receipt) return void refused.add(id)
      const { seq, state, reason, at, parts } = receipt
      const heard: Heard = { seq, state, at, ...(reason && { reason }), ...(parts && { parts }) }
      const ofRequest = receipts.get(receipt.request) ?? new Map<number, Heard>()
      receipts.set(receipt.request, ofRequest.set(seq, heard))
      signedAt(at)
      return receipt.request
    }
    if (id.startsWith('delivery:')) {
      const delivery = await verifyDelivery(doc, key)
      if (!delivery) return void refused.add(id)
      const { request, holder, at, until, replaces } = delivery
      deliveries.set(request, { holder, at, until })
      if (replaces !== undefined) replaced.add(replaces)
      signedAt(at)
      return request
    }
    if (id.startsWith('master:')) {
      const said = await verifyMaster(doc, key)
      if (!said) return void refused.add(id)
      const known = masters.get(said.name)
      // A version only rises: an old master that is played back is not believed.
      if (!known || said.version > known.version) masters.set(said.name, said)
      signedAt(said.issued)
    }
    return undefined
  }

  async function readOn(): Promise<void> {
    const key = issuerKey()
    if (!key) return
    const spokenOf = new Set<RequestId>()
    let any = false
    for (;;) {
      const { results, last_seq } = await database.changes({ since, include_docs: true, limit: pageSize })
      for (const { id, doc } of results) {
        const request = await take(id, doc, key)
        if (request) spokenOf.add(request)
      }
      since = last_seq
      unsaved += results.length
      any ||= results.length > 0
      if (results.length < pageSize) break
    }
    if (any) for (const listener of listeners) listener([...spokenOf])
    if (unsaved >= pageSize) await save()
  }

  function refresh(): Promise<void> {
    work = work.then(readOn, readOn)
    return work
  }

  async function takeUp(): Promise<void> {
    const kept = snapshotPath === undefined ? undefined : await loadSnapshot(snapshotPath, zSnapshot)
    const key = issuerKey()
    if (!kept || !key) return
    const { doc_count, update_seq } = await database.info()
    // Another database than the one that was folded: it is folded anew.
    if (doc_count < kept.head.count || Number(update_seq) < Number(kept.head.since)) return
    for (const entry of kept.entries) {
      const parsed = zEntry.safeParse(entry)
      // Written by another version of this program: all is folded anew.
      if (!parsed.success) return void receipts.clear()
      const [id, heard] = parsed.data
      receipts.set(id, new Map(heard.map((one) => [one.seq, one])))
    }
    // Few, and people act by them: their signatures are looked at in each start.
    for (const startkey of ['delivery:', 'master:']) {
      const { rows } = await database.allDocs({ include_docs: true, startkey, endkey: `${startkey}\uffff` })
      for (const { id, doc } of rows) await take(id, doc, key)
    }
    since = kept.head.since
    newest = Math.max(newest ?? 0, kept.head.newest ?? 0)
  }

  async function save(): Promise<void> {
    if (snapshotPath === undefined || unsaved === 0) return
    const { doc_count } = await database.info()
    const counted = unsaved
    await saveSnapshot(snapshotPath, { since, count: doc_count, newest }, entriesOf(receipts))
    unsaved -= counted
  }

  await takeUp()
  await refresh()

  return {
    database,
    receipts: (id) => [...(receipts.get(id)?.values() ?? [])],
    master: (name) => masters.get(name)?.content,
    masterVersion: (name) => masters.get(name)?.version,
    delivery: (id) => (replaced.has(id) ? undefined : deliveries.get(id)),
    deliveriesFor: (holder) =>
      [...deliveries].flatMap(([id, delivery]) =>
        delivery.holder === holder && !replaced.has(id) ? [id] : [],
      ),
    async openDelivery(id) {
      const key = issuerKey()
      if (!key || !deliveries.has(id) || replaced.has(id)) return undefined
      return verifyDelivery(await database.get(`delivery:${id}`).catch(() => undefined), key)
    },
    refused,
    newestSigned: () => newest,
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    save,
  }
}
