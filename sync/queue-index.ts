/**
 * What the kiosk's requests are and how they stand, kept in memory and changed fact by fact: with 20,000 in the queue
 * neither a save nor a screen reads them all again. The sealed content stays on the disk.
 */
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import type { Inbox } from './inbox.ts'
import type { QueueNotes } from './queue-notes.ts'
import { overviewOf } from './overview-of.ts'
import { packParts, PartTable, type PackedParts } from './part-table.ts'
import { entriesOf, readEntry } from './queue-entry.ts'
import { idOf, QueueItem, type RequestFacts, type RequestOverview } from './queue-item.ts'
import { loadSnapshot, saveSnapshot } from './snapshot.ts'
import { zRequestHead, zRequestId, type RequestDoc, type RequestHead, type RequestId } from './z-facts.ts'

export type { QueueItem } from './queue-item.ts'

const ended = new Set(['rejected', 'ready', 'collected'])
const pageSize = 500

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
  /** told of requests that were in the queue when it was last kept, and are no longer in the database */
  onLost?: (heads: readonly RequestHead[]) => Promise<void>
  /** told of a document that is none */
  onUnreadable: (id: string, doc: unknown, why: string) => Promise<void>
}

export class QueueIndex {
  readonly #parts: Parts
  readonly #items = new Map<RequestId, QueueItem>()
  #table = new PartTable<QueueItem>()
  /** what many requests have in common is kept once */
  readonly #words = new Map<string, string>()
  /** not yet all with the issuer, or not yet heard of */
  readonly #waiting = new Set<QueueItem>()
  /** whose end the issuer has not said */
  readonly #unended = new Set<QueueItem>()
  readonly #acknowledged = new Map<string, number>()
  #newestFirst: QueueItem[] | undefined
  #since: number | string = 0
  #unsaved = 0
  #unreadable = 0
  /** what there was by the last that was kept, while that is in doubt */
  #formerly: RequestHead[] = []

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  static async open(parts: Parts): Promise<QueueIndex> {
    const index = new QueueIndex(parts)
    await index.#takeUp()
    await index.readOn()
    const { doc_count } = await parts.database.info()
    if (doc_count !== index.#items.size + index.#unreadable) await index.#beginAnew()
    await index.#tellLost()
    return index
  }

  /** @returns whether the next `open` can take up what was folded before */
  static async isKept(snapshotPath: string): Promise<boolean> {
    return (await loadSnapshot(snapshotPath, zSnapshot)) !== undefined
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
    if (!this.#items.has(idOf(head))) this.#addNew(zRequestHead.parse(head))
  }

  get(id: RequestId): QueueItem | undefined {
    return this.#items.get(id)
  }
  /** @returns the request that names this payload */
  itemOf(sha256: string): QueueItem | undefined {
    const [slot] = this.#table.slotsOf(sha256)
    return slot === undefined ? undefined : this.#table.ownerAt(slot)
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
    const before = this.acknowledged(sha256)
    this.#acknowledged.set(sha256, bytes)
    for (const [item, slot] of this.#namedBy(sha256)) {
      const most = this.#table.bytesAt(slot)
      if (this.#table.isUnsent(slot)) item.acknowledged += Math.min(bytes, most) - Math.min(before, most)
      this.#forget(item)
    }
  }
  async partDone(sha256: string): Promise<void> {
    this.#done(sha256)
    await this.#parts.notes.setDone(sha256)
  }
  /** The issuer does not have it after all. */
  async partUndone(item: QueueItem, sha256: string): Promise<void> {
    await this.#parts.notes.setUndone(sha256)
    for (const slot of this.#table.slotsOf(sha256)) item.unsent.mark(slot, true)
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
    item.shown ??= overviewOf(item, this.#parts)
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
      bytesToGo += item.bytesToGo
      if (oldest === undefined || item.facts.created < oldest) oldest = item.facts.created
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
    const isOther = Number(update_seq) < Number(kept.head.since)
    for (const one of kept.entries) {
      const { facts, parts, allSent } = readEntry(one)
      this.#add(facts, parts, allSent)
    }
    // The database has lost what it had: it is folded anew.
    if (isOther) return this.#forgetAll()
    for (const sha256 of this.#parts.notes.done()) this.#done(sha256)
    this.#since = kept.head.since
    this.#unreadable = kept.head.unreadable
    // What was just read need not be written again.
    this.#unsaved = 0
  }

  async #tellLost(): Promise<void> {
    const lost = this.#formerly.filter((head) => !this.#items.has(idOf(head)))
    this.#formerly = []
    if (lost.length === 0) return
    await this.#parts.onLost?.(lost)
    // Told once.
    this.#unsaved += 1
    await this.save()
  }

  async #beginAnew(): Promise<void> {
    this.#forgetAll()
    await this.readOn()
  }

  #forgetAll(): void {
    this.#formerly = [...this.#items.values()].map(({ head }) => head)
    for (const all of [this.#items, this.#waiting, this.#unended, this.#acknowledged]) all.clear()
    this.#table = new PartTable()
    this.#newestFirst = undefined
    this.#unreadable = 0
    this.#since = 0
  }

  async #take(id: string, doc: unknown): Promise<void> {
    const parsed = zRequestHead.safeParse(doc)
    const request = zRequestId.safeParse(id.replace(/^request:/, ''))
    if (parsed.success && request.success) {
      if (!this.#items.has(request.data)) this.#addNew(parsed.data)
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

  #addNew({ parts, ...facts }: RequestHead): void {
    this.#add(facts, packParts(parts), false)
    for (const { sha256 } of parts) if (this.#parts.notes.isDone(sha256)) this.#done(sha256)
  }

  #add(facts: RequestFacts, parts: PackedParts, allSent: boolean): void {
    const common = { kiosk: this.#word(facts.kiosk), office: this.#word(facts.office) }
    const kept = { ...facts, ...common, officer: this.#word(facts.officer) }
    const item = new QueueItem(kept, parts, this.#table, allSent)
    this.#items.set(item.id, item)
    this.#newestFirst = undefined
    this.#forget(item)
  }

  #word(word: string): string {
    const known = this.#words.get(word)
    if (known === undefined) this.#words.set(word, word)
    return known ?? word
  }

  #done(sha256: string): void {
    const sofar = this.acknowledged(sha256)
    this.#acknowledged.delete(sha256)
    for (const [item, slot] of this.#namedBy(sha256)) {
      if (item.unsent.mark(slot, false)) item.acknowledged -= Math.min(sofar, this.#table.bytesAt(slot))
      this.#forget(item)
    }
  }

  *#namedBy(sha256: string): Generator<[QueueItem, number]> {
    for (const slot of this.#table.slotsOf(sha256)) {
      const item = this.#table.ownerAt(slot)
      if (item) yield [item, slot]
    }
  }

  #forget(item: QueueItem | undefined): void {
    if (!item) return
    item.shown = undefined
    const receipts = this.#parts.inbox.receipts(item.id)
    const refused = this.#parts.notes.refusal(item.facts._id) !== undefined
    const before = this.#waiting.has(item)
    put(this.#waiting, item, item.unsent.size > 0 || (receipts.length === 0 && !refused))
    if (before && !this.#waiting.has(item) && !refused) this.#parts.onSent?.()
    put(this.#unended, item, !refused && !receipts.some(({ state }) => ended.has(state)))
    this.#unsaved += 1
  }
}

function put<T>(set: Set<T>, item: T, isIn: boolean): void {
  if (isIn) set.add(item)
  else set.delete(item)
}
