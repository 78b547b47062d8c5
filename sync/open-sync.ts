/** The kiosk's side of the link, put together: queue, payloads, what the issuer said, and the loop between them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { Blobs } from './blobs.ts'
import { openDurableStore } from './durable-store.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Remote } from './replicator.ts'
import { foldStatus, type RequestStatus } from './status.ts'
import { sweepBlobs } from './sweep-blobs.ts'
import { Synchroniser } from './synchroniser.ts'
import { UploadNotes, type UploadNote } from './uploader.ts'
import { zRequestId, type RequestDoc, type RequestId } from './z-facts.ts'

/** What commissioning gave the kiosk. */
export interface IssuerAccess extends Remote {
  /** P-256 public JWK that receipts and masters are signed with */
  signing: JWK
}

export interface SyncOptions {
  /** `outbox/`, `inbox/`, `uploads/` and `blobs/` are made below it */
  dataDir: string
  /** undefined until the kiosk has been commissioned */
  issuer: () => IssuerAccess | undefined
  clock: { now(): number }
  fetch: typeof fetch
  /** from 0 to 1, for jitter */
  random: () => number
  probeUpMs?: number
  probeDownMs?: number
  onProblem?: (event: string) => void
}

export interface RequestOverview extends RequestStatus {
  id: RequestId
  document: RequestDoc
  /** bytes that the issuer has not acknowledged yet */
  bytesToGo: number
  /** why the issuer's store would not take the document, in its words */
  refusal?: string
}

export interface QueueOverview {
  waiting: number
  bytesToGo: number
  oldest?: string
  etaSeconds?: number
}

export interface KioskSync {
  outbox: Outbox
  inbox: Inbox
  blobs: Blobs
  synchroniser: Synchroniser
  /** every request of this kiosk, newest first */
  list(): Promise<RequestOverview[]>
  status(id: RequestId): Promise<RequestOverview | undefined>
  queue(): Promise<QueueOverview>
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

export async function openSync(options: SyncOptions): Promise<KioskSync> {
  const { dataDir, issuer, clock, fetch, random } = options
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const outboxDatabase = openDurableStore<RequestDoc>(join(dataDir, 'outbox'))
  const inboxDatabase = openDurableStore<Record<string, unknown>>(join(dataDir, 'inbox'))
  const uploadDatabase = openDurableStore<UploadNote>(join(dataDir, 'uploads'))
  const blobs = await Blobs.open(join(dataDir, 'blobs'))
  const outbox = createOutbox(outboxDatabase, blobs)
  await sweepBlobs(blobs, outbox)
  const inbox = await createInbox(inboxDatabase, () => issuer()?.signing)
  const notes = new UploadNotes(uploadDatabase)
  const synchroniser = new Synchroniser({
    outbox,
    inbox,
    blobs,
    notes,
    remote: issuer,
    clock,
    fetch,
    random,
    probeUpMs: options.probeUpMs ?? 15_000,
    probeDownMs: options.probeDownMs ?? 2_000,
    onProblem: options.onProblem ?? (() => undefined),
  })

  async function overviews(documents: RequestDoc[]): Promise<RequestOverview[]> {
    const [done, refused] = [await notes.done(), await notes.refused()]
    return documents.map((document) => {
      const id = zRequestId.parse(document._id.slice('request:'.length))
      const bytesToGo = document.parts
        .filter(({ sha256 }) => !done.has(sha256))
        .reduce((sum, { sha256, bytes }) => sum + Math.max(0, bytes - synchroniser.sent(sha256)), 0)
      const started = document.parts.some(({ sha256 }) => done.has(sha256) || synchroniser.sent(sha256) > 0)
      const refusal = refused.get(document._id)
      const status = foldStatus(document, inbox.receipts(id), bytesToGo > 0 && started, refusal?.at)
      return { id, document, bytesToGo, ...(refusal && { refusal: refusal.reason }), ...status }
    })
  }

  const list = async () => (await overviews(await outbox.list())).reverse()

  return {
    outbox,
    inbox,
    blobs,
    synchroniser,
    list,
    async status(id) {
      const document = await outbox.get(id)
      return document && (await overviews([document]))[0]
    },
    async queue() {
      const open = (await list()).filter(({ bytesToGo, timeline }) => bytesToGo > 0 || timeline.length === 1)
      const bytesToGo = open.reduce((sum, one) => sum + one.bytesToGo, 0)
      const speed = synchroniser.progress().bytesPerSecond
      const oldest = open.at(-1)?.document.created
      return {
        waiting: open.length,
        bytesToGo,
        ...(oldest && { oldest }),
        ...(speed && bytesToGo > 0 && { etaSeconds: Math.ceil(bytesToGo / speed) }),
      }
    },
    onChange(listener) {
      const stops = [synchroniser.onChange(listener), inbox.onChange(listener), outbox.onAdded(listener)]
      return () => stops.forEach((stop) => stop())
    },
    async close() {
      await synchroniser.stop()
      await Promise.all([outboxDatabase.close(), inboxDatabase.close(), uploadDatabase.close()])
    },
  }
}
