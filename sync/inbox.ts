/** What the issuer has said, as far as its signature holds. What does not verify is set aside and never used. */
import type { JWK } from 'jose'
import type PouchDB from 'pouchdb'
import { isStatus } from './outbox.ts'
import { verifyMaster, verifyReceipt, type MasterPayload } from './packet.ts'
import { zMasterDoc, zMasterName, type MasterName, type ReceiptDoc, type RequestId } from './z-facts.ts'

export interface Inbox {
  readonly database: PouchDB
  /** verified, in any order */
  receipts(id: RequestId): ReceiptDoc[]
  /** content of the newest verified version, or undefined while none has come */
  master(name: MasterName): unknown
  /** the newest verified version and its content; an older one that is played back later is not believed */
  newest(name: MasterName): MasterPayload | undefined
  /** ids of documents that came and did not verify */
  readonly refused: ReadonlySet<string>
  /** takes in what has arrived since; called after each replication */
  refresh(): Promise<void>
  onChange(listener: () => void): () => void
}

export interface InboxOptions {
  /** P-256 public JWK that receipts and masters are signed with; undefined before commissioning */
  issuerKey: () => JWK | undefined
  /** told once of each document that did not verify */
  onRefused: (id: string) => void
}

const batch = 200

export async function createInbox(database: PouchDB, options: InboxOptions): Promise<Inbox> {
  const receipts = new Map<string, Map<string, ReceiptDoc>>()
  const masters = new Map<string, MasterPayload>()
  const refused = new Set<string>()
  const listeners = new Set<() => void>()
  let since: number | string = 0
  let work: Promise<void> = Promise.resolve()

  function refuse(id: string): void {
    if (!refused.has(id)) options.onRefused(id)
    refused.add(id)
  }

  async function take(id: string, doc: unknown, key: JWK): Promise<void> {
    if (id.startsWith('receipt:')) {
      const receipt = await verifyReceipt(doc, key)
      if (!receipt) return refuse(id)
      const ofRequest = receipts.get(receipt.request) ?? new Map<string, ReceiptDoc>()
      receipts.set(receipt.request, ofRequest.set(id, receipt))
    } else if (id.startsWith('master:')) {
      const said = await verifyMaster(doc, key)
      if (!said) return refuse(id)
      const known = masters.get(said.name)
      if (known && said.version <= known.version) return
      masters.set(said.name, said)
      await keep(database, doc)
    } else return
    refused.delete(id)
  }

  async function takeNew(): Promise<void> {
    const key = options.issuerKey()
    if (!key) return
    if (since === 0) {
      for (const name of zMasterName.options) {
        const said = await verifyMaster(await readKept(database, name), key)
        if (said) masters.set(name, said)
      }
    }
    let took = false
    for (;;) {
      const { results, last_seq } = await database.changes({ since, include_docs: true, limit: batch })
      for (const { id, doc, deleted } of results) if (!deleted) await take(id, doc, key)
      took ||= results.length > 0
      since = last_seq
      if (results.length < batch) break
    }
    if (took) for (const listener of listeners) listener()
  }
  const refresh = () => (work = work.catch(() => undefined).then(takeNew))
  await refresh()

  return {
    database,
    receipts: (id) => [...(receipts.get(id)?.values() ?? [])],
    master: (name) => masters.get(name)?.content,
    newest: (name) => masters.get(name),
    refused,
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The newest version outlives a restart in a document that does not replicate: the inbox itself can be set back. */
async function keep(database: PouchDB, doc: unknown): Promise<void> {
  const master = zMasterDoc.parse(doc)
  const _id = `_local/newest-${master.name}`
  const before = await readKept(database, master.name)
  const kept = { master: JSON.stringify(master) }
  await database.put({ _id, ...(before && { _rev: before._rev }), ...kept })
}

async function readKept(database: PouchDB, name: MasterName) {
  const found = await database.get<{ master: string }>(`_local/newest-${name}`).catch((error: unknown) => {
    if (isStatus(error, 404)) return undefined
    throw error
  })
  return found && { ...zMasterDoc.parse(JSON.parse(found.master)), _rev: found._rev }
}
