/** What the kiosk has said. A request is written once, after its payloads, and never changed. */
import { err, ok, type Result } from 'neverthrow'
import type PouchDB from 'pouchdb'
import { saveFaultOf, type Blobs, type SaveFault } from './blobs.ts'
import { zRequestDoc, zRequestId, type RequestDoc, type RequestId } from './z-facts.ts'
import type { SealedBlob } from './packet.ts'

export interface Outbox {
  readonly database: PouchDB<RequestDoc>
  /**
   * Resolves when payloads and document are fsync'ed, in this order, so that a document that is there always has its
   * payloads. The same request again has no effect. `save.disk-full`, `save.failed`: no document is there.
   */
  add(document: RequestDoc, blobs: readonly SealedBlob[]): Promise<Result<null, SaveFault>>
  has(id: RequestId): Promise<boolean>
  get(id: RequestId): Promise<RequestDoc | undefined>
  /** oldest id first; what cannot be read is left out here and stays on the disk */
  list(): Promise<RequestDoc[]>
  onAdded(listener: () => void): () => void
}

/** The only writer of this database, so what it has read or written once it need not read again. */
export async function createOutbox(database: PouchDB<RequestDoc>, blobs: Blobs): Promise<Outbox> {
  const listeners = new Set<() => void>()
  const known = new Map<string, RequestDoc>()
  const { rows } = await database.allDocs({ include_docs: true, startkey: 'request:', endkey: 'request:\uffff' })
  for (const { id, doc } of rows) {
    const parsed = zRequestDoc.safeParse(doc)
    if (parsed.success) known.set(id, parsed.data)
  }
  const keyOf = (id: RequestId) => `request:${zRequestId.parse(id)}`

  return {
    database,
    get: async (id) => known.get(keyOf(id)),
    has: async (id) => known.has(keyOf(id)),
    async add(document, payloads) {
      const checked = zRequestDoc.parse(document)
      const before = known.get(checked._id)
      // After a crash the caller may have sealed anew, under new keys; what was saved first stays (rule 1).
      const wanted = new Set((before ?? checked).parts.map(({ sha256 }) => sha256))
      for (const payload of payloads) {
        if (!wanted.has(payload.sha256)) continue
        const put = await blobs.put(payload.bytes)
        if (put.isErr()) return err(put.error)
      }
      for (const sha256 of wanted) {
        if (!before && !(await blobs.has(sha256))) throw new Error('A request is saved with all its payloads')
      }
      if (before) return ok(null)
      try {
        await database.put(checked)
      } catch (error) {
        // Already there: a call at the same time, or a document that this version cannot read.
        if (!isStatus(error, 409)) return err(saveFaultOf(error))
      }
      if (!known.has(checked._id)) known.set(checked._id, checked)
      for (const listener of listeners) listener()
      return ok(null)
    },
    list: async () => [...known.values()].sort((a, b) => (a._id < b._id ? -1 : 1)),
    onAdded(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** @returns whether PouchDB refused with that HTTP status */
export function isStatus(error: unknown, status: number): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === status
}
