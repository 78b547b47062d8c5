/** What a draft keeps of a passport beside itself: the face as JPEG, and data group 2 as the proof of it. */
import { createHash } from 'node:crypto'
import type { RequestId } from '../../sync/z-facts.ts'
import type { DraftStore } from './draft-store.ts'
import type { StoredDraft } from './z-stored-draft.ts'

const pieceName = (sha256: string) => `document:${sha256}`

/** @returns the hash under which it is kept */
export async function keepDocumentPiece(
  store: DraftStore,
  id: RequestId,
  bytes: Uint8Array,
): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await store.putPiece(id, pieceName(sha256), bytes)
  return sha256
}

export interface DocumentPieces {
  portrait?: Uint8Array
  group2?: Uint8Array
}

export async function documentPieces(store: DraftStore, { id, card }: StoredDraft): Promise<DocumentPieces> {
  if (card.state !== 'travel-document') return {}
  const read = async (sha256: string | undefined) => sha256 && (await store.piece(id, pieceName(sha256)))
  const [portrait, group2] = await Promise.all([read(card.portrait), read(card.group2)])
  return { ...(portrait && { portrait }), ...(group2 && { group2 }) }
}

/** Takes away what the draft had before and does not name any more. */
export async function dropDocumentPieces(
  store: DraftStore,
  before: StoredDraft | undefined,
  after: StoredDraft | undefined,
): Promise<void> {
  const named = new Set(hashesOf(after))
  for (const sha256 of hashesOf(before)) {
    if (before && !named.has(sha256)) await store.removePiece(before.id, pieceName(sha256))
  }
}

function hashesOf(draft: StoredDraft | undefined): string[] {
  if (draft?.card.state !== 'travel-document') return []
  return [draft.card.portrait, draft.card.group2].filter((sha256) => sha256 !== undefined)
}
