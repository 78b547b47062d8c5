/**
 * What a kiosk may write into its outbox: facts, each once. A document that may not be written is refused by itself, with
 * its reason, as CouchDB's `validate_doc_update` does it; the others of the same bulk are written.
 */
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { refusalOf } from './fact-rules.ts'

const zBulk = z.object({
  docs: z
    .array(
      z.looseObject({
        _id: z.string().min(1).max(200),
        _rev: z.string().optional(),
        _deleted: z.boolean().optional(),
        _attachments: z.unknown().optional(),
      }),
    )
    .max(500),
  new_edits: z.boolean().optional(),
})
type Doc = z.infer<typeof zBulk>['docs'][number]

export interface Refused {
  id: string
  error: 'forbidden'
  /** PouchDB's replication looks at this, and goes on past a document that is `forbidden` */
  name: 'forbidden'
  reason: string
}

/** @returns the answer to `POST _bulk_docs`, or undefined where it is not a bulk of documents */
export async function acceptFacts(
  database: PouchDB,
  body: unknown,
  kiosk: string,
): Promise<object[] | undefined> {
  const parsed = zBulk.safeParse(body)
  if (!parsed.success) return undefined
  const good: Doc[] = []
  const refused: Refused[] = []
  const newEdits = parsed.data.new_edits ?? true
  const revisions = await revisionsOf(database, parsed.data.docs)
  for (const doc of parsed.data.docs) {
    const reason = reasonAgainst(revisions.get(doc._id), doc, { kiosk, newEdits })
    if (reason !== undefined) {
      refused.push({ id: doc._id, error: 'forbidden', name: 'forbidden', reason })
      continue
    }
    good.push(doc)
    if (doc._rev !== undefined) revisions.set(doc._id, doc._rev)
  }
  const written = good.length > 0 ? await database.bulkDocs(good, { new_edits: newEdits }) : []
  return [...written, ...refused]
}

async function revisionsOf(database: PouchDB, docs: readonly Doc[]): Promise<Map<string, string>> {
  const ids = docs.map(({ _id }) => _id).filter((id) => !id.startsWith('_'))
  const found = await Promise.all(ids.map((id) => database.get(id).catch(() => undefined)))
  return new Map(found.flatMap((one) => (one ? [[one._id, one._rev]] : [])))
}

function reasonAgainst(
  before: string | undefined,
  doc: Doc,
  { kiosk, newEdits }: { kiosk: string; newEdits: boolean },
): string | undefined {
  // The same revision again is the same fact again, as replication repeats it; otherwise it is an edit of it.
  const same = before !== undefined && before === doc._rev && !doc._deleted && !newEdits
  return same ? undefined : refusalOf(doc, before === undefined ? null : {}, kiosk)
}
