/**
 * What the kiosk's requests are and how they stand, kept in memory and changed fact by fact: with 20,000 in the queue
 * neither a save nor a screen reads them all again. The sealed content stays on the disk.
 */
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import type { Inbox } from './inbox.ts'
import type { QueueNotes } from './queue-notes.ts'
import { loadSnapshot, saveSnapshot } from './snapshot.ts'
import { foldStatus, type RequestStatus } from './status.ts'
import { zRequestHead, zRequestId, type RequestDoc, type RequestHead, type RequestId } from './z-facts.ts'

export interface RequestOverview extends RequestStatus {
  id: RequestId
  document: RequestHead
  /** bytes that the issuer has not acknowledged yet */
  bytesToGo: number
  /** technical: why it cannot go on by itself */
  refusal?: string
  /** what that is about: who would not take what, or that a payload here is damaged or gone */
  stopped?: Stopped
}

export type Stopped = 'document-refused' | 'payload-refused' | 'payload-damaged'

export interface QueueItem {
  readonly id: RequestId
  readonly head: RequestHead
  /** payloads that the issuer has not acknowledged whole */
  readonly unsent: Set<string>
  /** a payload that is damaged or gone on this disk, and that the issuer does not have */
  damaged?: { reason: string; at: string }
  shown?: RequestOverview
}

const ended = new Set(['rejected', 'ready', 'collected'])
const pageSize = 500

/** name, SHA-256 and bytes of each payload, and whether the issuer has all of them */
type Entry = [Omit<RequestHead, 'parts'>, [string, string, number][], boolean]
const zSnapshot = z.object({
  since: z.union([z.number(), z.string()]),
  unreadable: z.number(),
})

interface Parts {
  database: PouchDB<RequestDoc>
  inbox: Pick<Inbox, 'receipts'>
  notes: QueueNotes
  snapshotPath: string
  /** the issuer has everything of a request, and has said so */
  onSent?: () => void
  /** told of a document that is none */
  onUnreadable: (id: string, doc: unknown, why: string) => Promise<void>
}

export class QueueIndex {
  readonly #parts: Parts
  readonly #items = new Map<RequestId, QueueItem>()
  readonly #byPart = new Map<string, QueueItem>()
  /** not yet all with the issuer, or not yet heard of */
  readonly #waiting = new Set<QueueItem>()
  /** whose end the issuer has not said */
  readonly #unended = new Set<QueueItem>()
  readonly #acknowledged = new Map<string, number>()
  #newestFirst: QueueItem[] | undefined
  #since: number | string = 0
  #unsaved = 0
  #unreadable = 0

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  static async open(parts: Parts): Promise<QueueIndex> {
    const index = new QueueIndex(parts)
    await index.#takeUp()
    await index.readOn()
    const { doc_count } = await parts.database.info()
    if (doc_count !== index.#items.size + index.#unreadable) await index.#beginAnew()
    return index
  }

  /** Takes in what was written since. */
  async readOn(): Promise<void> {
    const { database } = this.#parts
    for (;;) {
      const page = await database.changes({ since: this.#since, include_docs: true, limit: pageSize })
      for (const { id, doc } of page.results) await this.#take(id, doc)
      this.#since = page.last_seq
      this.#unsaved += page.results.length
      if (page.results.length < pageSize) break
    }
    if (this.#unsaved >= pageSize) await this.save()
  }

  /** A document that was just written. */
  add(document: RequestDoc): void {
    const { sealed: _sealed, signature: _signature, ...head } = document
    if (!this.#items.has(idOf(head))) this.#add(zRequestHead.parse(head), false)
  }

  get(id: RequestId): QueueItem | undefined {
    return this.#items.get(id)
  }
  itemOf(sha256: string): QueueItem | undefined {
    return this.#byPart.get(sha256)
  }
  items(): IterableIterator<QueueItem> {
    return this.#items.values()
  }
  waiting(): ReadonlySet<QueueItem> {
    return this.#waiting
  }
  unended(): ReadonlySet<QueueItem> {
    return this.#unended
  }
  /** whether every document of the queue could be read */
  get isWhole(): boolean {
    return this.#unreadable === 0
  }

  /** bytes of a payload that the issuer has acknowledged */
  acknowledged(sha256: string): number {
    return this.#acknowledged.get(sha256) ?? 0
  }
  acknowledge(sha256: string, bytes: number): void {
    this.#acknowledged.set(sha256, bytes)
    this.#forget(this.#byPart.get(sha256))
  }
  async partDone(sha256: string): Promise<void> {
    const item = this.#byPart.get(sha256)
    this.#acknowledged.delete(sha256)
    this.#byPart.delete(sha256)
    item?.unsent.delete(sha256)
    this.#forget(item)
    await this.#parts.notes.setDone(sha256)
  }
  /** The issuer does not have it after all. */
  async partUndone(item: QueueItem, sha256: string): Promise<void> {
    await this.#parts.notes.setUndone(sha256)
    item.unsent.add(sha256)
    this.#byPart.set(sha256, item)
    this.#forget(item)
  }
  damaged(item: QueueItem, reason: string, at: string): void {
    item.damaged = { reason, at }
    this.#forget(item)
  }
  /** Something was said of these, or noted. */
  changed(ids: Iterable<RequestId>): void {
    for (const id of ids) this.#forget(this.#items.get(id))
  }

  show(item: QueueItem): RequestOverview {
    item.shown ??= this.#fold(item)
    return item.shown
  }
  list(): RequestOverview[] {
    this.#newestFirst ??= [...this.#items.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
    return this.#newestFirst.map((item) => this.show(item))
  }
  totals(): { waiting: number; bytesToGo: number; oldest?: string } {
    let bytesToGo = 0
    let oldest: string | undefined
    for (const item of this.#waiting) {
      bytesToGo += this.show(item).bytesToGo
      if (oldest === undefined || item.head.created < oldest) oldest = item.head.created
    }
    return { waiting: this.#waiting.size, bytesToGo, ...(oldest !== undefined && { oldest }) }
  }

  /** Keeps what was folded for the next start. @throws what the file system threw */
  async save(): Promise<void> {
    if (this.#unsaved === 0) return
    // Before the entries are taken: what is written in between is only taken in once more.
    const { update_seq } = await this.#parts.database.info()
    const counted = this.#unsaved
    const head = { since: update_seq, unreadable: this.#unreadable }
    await saveSnapshot(this.#parts.snapshotPath, head, entriesOf(this.#items.values()))
    this.#unsaved -= counted
  }

  async #takeUp(): Promise<void> {
    const { snapshotPath, database } = this.#parts
    const kept = await loadSnapshot(snapshotPath, zSnapshot)
    if (!kept) return
    const { update_seq } = await database.info()
    if (Number(update_seq) < Number(kept.head.since)) return
    for (const one of kept.entries) {
      // Whole by its hash, and written by this program: looked at in full only where it is not what it was.
      const [head, parts, allSent] = one as Entry
      this.#add({ ...head, parts: parts.map(([name, sha256, bytes]) => ({ name, sha256, bytes })) }, allSent)
    }
    this.#since = kept.head.since
    this.#unreadable = kept.head.unreadable
    // What was just read need not be written again.
    this.#unsaved = 0
  }

  async #beginAnew(): Promise<void> {
    for (const all of [this.#items, this.#byPart, this.#waiting, this.#unended]) all.clear()
    this.#newestFirst = undefined
    this.#unreadable = 0
    this.#since = 0
    await this.readOn()
  }

  async #take(id: string, doc: unknown): Promise<void> {
    const parsed = zRequestHead.safeParse(doc)
    const request = zRequestId.safeParse(id.replace(/^request:/, ''))
    if (parsed.success && request.success) {
      if (!this.#items.has(request.data)) this.#add(parsed.data, false)
      return
    }
    this.#unreadable += 1
    const issue = parsed.error?.issues[0]
    await this.#parts.onUnreadable(
      id,
      doc,
      issue ? `${issue.path.join('.')}: ${issue.code}` : 'not a request',
    )
  }

  #add(head: RequestHead, allSent: boolean): void {
    const { notes } = this.#parts
    const id = idOf(head)
    const item: QueueItem = { id, head, unsent: new Set() }
    this.#items.set(id, item)
    if (!allSent) {
      for (const { sha256 } of head.parts) {
        if (notes.isDone(sha256)) continue
        item.unsent.add(sha256)
        this.#byPart.set(sha256, item)
      }
    }
    this.#newestFirst = undefined
    this.#forget(item)
  }

  #forget(item: QueueItem | undefined): void {
    if (!item) return
    delete item.shown
    const receipts = this.#parts.inbox.receipts(item.id)
    const refused = this.#parts.notes.refusal(item.head._id) !== undefined
    const before = this.#waiting.has(item)
    put(this.#waiting, item, item.unsent.size > 0 || (receipts.length === 0 && !refused))
    if (before && !this.#waiting.has(item) && !refused) this.#parts.onSent?.()
    put(this.#unended, item, !refused && !receipts.some(({ state }) => ended.has(state)))
    this.#unsaved += 1
  }

  #fold(item: QueueItem): RequestOverview {
    const { head, unsent } = item
    const { notes, inbox } = this.#parts
    let bytesToGo = 0
    let started = head.parts.length > unsent.size
    let refusal: { reason: string; at: string } | undefined = notes.refusal(head._id)
    let stopped: Stopped = refusal ? 'document-refused' : 'payload-damaged'
    for (const { sha256, bytes, name } of head.parts) {
      if (!unsent.has(sha256)) continue
      const sent = this.acknowledged(sha256)
      started ||= sent > 0
      bytesToGo += Math.max(0, bytes - sent)
      const why = notes.refusal(sha256)
      if (!why || refusal) continue
      refusal = { reason: `${name}: ${why.reason}`, at: why.at }
      stopped = 'payload-refused'
    }
    const trouble = refusal ?? item.damaged
    const by = refusal ? 'issuer' : 'kiosk'
    const receipts = inbox.receipts(item.id)
    const status = foldStatus(head, receipts, bytesToGo > 0 && started, trouble?.at, by)
    // The issuer waits for a payload that does not come by itself.
    if (trouble && (status.state === 'received' || status.state === 'uploading')) {
      status.state = 'needs-attention'
      status.timeline.push({ at: trouble.at, state: 'needs-attention', by })
    }
    return {
      ...{ id: item.id, document: head, bytesToGo },
      ...(trouble && { refusal: trouble.reason, stopped }),
      ...status,
    }
  }
}

function* entriesOf(items: Iterable<QueueItem>): Generator<Entry> {
  for (const { head, unsent } of items) {
    const { parts, ...rest } = head
    yield [rest, parts.map(({ name, sha256, bytes }) => [name, sha256, bytes]), unsent.size === 0]
  }
}

const idOf = (head: Pick<RequestHead, '_id'>) => zRequestId.parse(head._id.slice('request:'.length))

function put<T>(set: Set<T>, item: T, isIn: boolean): void {
  if (isIn) set.add(item)
  else set.delete(item)
}
