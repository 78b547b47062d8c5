/**
 * Drafts on the disk, encrypted with the vault's key. A draft is a small document written at every change; its large
 * pieces (portrait, finger records) are documents of their own, each written once under a name of its own and before
 * the draft names it: a power cut between the two leaves the draft as it was.
 */
import type PouchDB from 'pouchdb'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Vault } from '../vault/vault.ts'
import { zStoredDraft, type StoredDraft } from './z-stored-draft.ts'

export interface SealedDoc {
  sealed: string
}
export type DraftDatabase = PouchDB<SealedDoc>

export interface DraftStore {
  /** newest first; a draft that cannot be opened is left out and told to `onUnreadable` */
  list(): Promise<StoredDraft[]>
  get(id: RequestId): Promise<StoredDraft | undefined>
  /** Resolves when it is on the disk. */
  put(draft: StoredDraft): Promise<void>
  piece(id: RequestId, name: string): Promise<Uint8Array | undefined>
  putPiece(id: RequestId, name: string, bytes: Uint8Array): Promise<void>
  removePiece(id: RequestId, name: string): Promise<void>
  /** The draft first, then its pieces: what a power cut leaves in between is removed at the next start. */
  remove(id: RequestId): Promise<void>
  /** Removes pieces whose draft is gone. */
  sweep(): Promise<void>
}

/** @param db opened with `sync: true`; whoever calls makes sure that one draft is changed by one at a time */
export function createDraftStore(
  db: DraftDatabase,
  vault: Vault,
  onUnreadable: (id: string) => void = () => undefined,
): DraftStore {
  async function read(docId: string): Promise<Uint8Array | undefined> {
    const doc = await found(db.get(docId))
    return doc && vault.open(docId, Buffer.from(doc.sealed, 'base64'))
  }

  async function write(docId: string, plain: Uint8Array): Promise<void> {
    const before = await found(db.get(docId))
    const sealed = Buffer.from(vault.seal(docId, plain)).toString('base64')
    await db.put({ _id: docId, sealed, ...(before && { _rev: before._rev }) })
  }

  async function erase(docId: string): Promise<void> {
    const doc = await found(db.get(docId))
    if (doc) await db.remove(doc)
  }

  function parse(plain: Uint8Array): StoredDraft {
    return zStoredDraft.parse(JSON.parse(Buffer.from(plain).toString('utf8')))
  }

  return {
    async list() {
      const { rows } = await db.allDocs({ startkey: 'draft:', endkey: 'draft:\ufff0', descending: false })
      const drafts: StoredDraft[] = []
      for (const { id } of rows) {
        try {
          const plain = await read(id)
          if (plain) drafts.push(parse(plain))
        } catch {
          onUnreadable(id)
        }
      }
      return drafts.toReversed()
    },
    async get(id) {
      const plain = await read(`draft:${id}`)
      return plain && parse(plain)
    },
    put: (draft) => write(`draft:${draft.id}`, Buffer.from(JSON.stringify(draft))),
    piece: (id, name) => read(pieceId(id, name)),
    putPiece: (id, name, bytes) => write(pieceId(id, name), bytes),
    removePiece: (id, name) => erase(pieceId(id, name)),
    async remove(id) {
      await erase(`draft:${id}`)
      const prefix = pieceId(id, '')
      const { rows } = await db.allDocs({ startkey: prefix, endkey: `${prefix}\ufff0` })
      for (const row of rows) await erase(row.id)
      await db.compact()
    },
    async sweep() {
      const { rows } = await db.allDocs()
      const drafts = new Set(rows.filter(({ id }) => id.startsWith('draft:')).map(({ id }) => id.slice(6)))
      for (const { id } of rows) {
        const [kind, draft] = id.split(':')
        if (kind === 'piece' && !drafts.has(draft ?? '')) await erase(id)
      }
    },
  }
}

const pieceId = (id: RequestId, name: string) => `piece:${id}:${name}`

async function found<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return undefined
    throw error
  }
}
