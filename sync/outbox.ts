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
   * payloads. Payloads that were put before, and are on the disk, are left out. The same request again has no effect. `save.disk-full`, `save.failed`: nothing is half there.
   */
  add(document: RequestDoc, blobs: readonly SealedBlob[]): Promise<Result<null, SaveFault>>
  has(id: RequestId): Promise<boolean>
  get(id: RequestId): Promise<RequestDoc | undefined>
  /** oldest first; what cannot be read is left out here and stays on the disk */
  list(): Promise<RequestDoc[]>
  onAdded(listener: () => void): () => void
  /** told of each document that was written, before those who wait for `onAdded` */
  onWritten(listener: (document: RequestDoc) => void): () => void
}

export function createOutbox(database: PouchDB<RequestDoc>, blobs: Blobs): Outbox {
  const listeners = new Set<() => void>()
  const readers = new Set<(document: RequestDoc) => void>()

  async function get(id: RequestId): Promise<RequestDoc | undefined> {
    const found = await database.get(`request:${zRequestId.parse(id)}`).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined
      throw error
    })
    return found && zRequestDoc.parse(found)
  }

  return {
    database,
    get,
    has: async (id) => (await get(id)) !== undefined,
    async add(document, payloads) {
      const checked = zRequestDoc.parse(document)
      if (payloads.length > 0) {
        const put = await blobs.putAll(payloads)
        if (put.isErr()) return err(put.error)
      }
      try {
        await database.put(checked)
      } catch (error) {
        // Already there: the same request was saved before, perhaps by the call whose answer was lost.
        if (!isStatus(error, 409)) return err(saveFaultOf(error))
      }
      for (const reader of readers) reader(checked)
      for (const listener of listeners) listener()
      return ok(null)
    },
    async list() {
      const { rows } = await database.allDocs({
        include_docs: true,
        startkey: 'request:',
        endkey: 'request:\uffff',
      })
      return rows.flatMap(({ doc }) => {
        const parsed = zRequestDoc.safeParse(doc)
        return parsed.success ? [parsed.data] : []
      })
    },
    onWritten(reader) {
      readers.add(reader)
      return () => readers.delete(reader)
    },
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
