/** What the issuer has said, as far as its signature holds. What does not verify is counted and never used. */
import type { JWK } from 'jose'
import type PouchDB from 'pouchdb'
import { verifyMaster, verifyReceipt } from './packet.ts'
import type { MasterName, ReceiptDoc, RequestId } from './z-facts.ts'

export interface Inbox {
  readonly database: PouchDB
  receipts(id: RequestId): ReceiptDoc[]
  /** content of the newest verified version, or undefined while none has come */
  master(name: MasterName): unknown
  /** documents that came and did not verify */
  readonly refused: ReadonlySet<string>
  /** takes in what has arrived since; called after each replication */
  refresh(): Promise<void>
  onChange(listener: () => void): () => void
}

/** @param issuerKey P-256 public JWK that receipts and masters are signed with */
export async function createInbox(database: PouchDB, issuerKey: () => JWK | undefined): Promise<Inbox> {
  const receipts = new Map<string, Map<string, ReceiptDoc>>()
  const masters = new Map<string, { version: number; content: unknown }>()
  const refused = new Set<string>()
  const listeners = new Set<() => void>()
  let since: number | string = 0

  async function take(id: string, doc: unknown, key: JWK): Promise<void> {
    if (id.startsWith('receipt:')) {
      const receipt = await verifyReceipt(doc, key)
      if (!receipt) return void refused.add(id)
      const ofRequest = receipts.get(receipt.request) ?? new Map<string, ReceiptDoc>()
      receipts.set(receipt.request, ofRequest.set(id, receipt))
    } else if (id.startsWith('master:')) {
      const said = await verifyMaster(doc, key)
      if (!said) return void refused.add(id)
      const known = masters.get(said.name)
      // A version only rises: an old master that is played back is not believed.
      if (!known || said.version > known.version) masters.set(said.name, said)
    }
  }

  async function refresh(): Promise<void> {
    const key = issuerKey()
    if (!key) return
    const { results, last_seq } = await database.changes({ since, include_docs: true })
    for (const { id, doc } of results) await take(id, doc, key)
    since = last_seq
    if (results.length > 0) for (const listener of listeners) listener()
  }
  await refresh()

  return {
    database,
    receipts: (id) => [...(receipts.get(id)?.values() ?? [])],
    master: (name) => masters.get(name)?.content,
    refused,
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
