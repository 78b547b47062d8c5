/** The kiosk's side of the link, put together: queue, payloads, what the issuer said, and the lanes between them. */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { Blobs } from './blobs.ts'
import type { KioskAccess } from './bundle/kiosk-access.ts'
import { openKioskSticks, type KioskSticks } from './bundle/kiosk-sticks.ts'
import { ContactClock } from './contact-clock.ts'
import { countedFetch } from './counted-fetch.ts'
import { giveBack } from './give-back.ts'
import { Housekeeping, type Kept, type Store } from './housekeeping.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { keepSpeed, speedOfLastRun } from './kept-speed.ts'
import { KnownRequests } from './known-requests.ts'
import { LinkDiary } from './link-diary.ts'
import { tellLost } from './lost-requests.ts'
import { openOrSetAside } from './open-or-set-aside.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { sha256Hex } from './packet.ts'
import { QueueIndex } from './queue-index.ts'
import { idOf, type QueueItem, type RequestOverview } from './queue-item.ts'
import { QueueNotes } from './queue-notes.ts'
import { readApart } from './read-apart.ts'
import type { Remote } from './remote.ts'
import { SetAside, type KeptAside } from './set-aside.ts'
import { sweepBlobs } from './sweep-blobs.ts'
import { Synchroniser } from './synchroniser.ts'
import type { RequestDoc, RequestId } from './z-facts.ts'

export type { RequestOverview } from './queue-item.ts'

/** What commissioning gave the kiosk. */
export interface IssuerAccess extends Remote {
  /** P-256 public JWK that receipts and masters are signed with */
  signing: JWK
  /** without it nothing goes on a stick */
  own?: KioskAccess
}

export interface SyncOptions {
  /** everything of the queue is made below it */
  dataDir: string
  /** undefined until the kiosk has been commissioned */
  issuer: () => IssuerAccess | undefined
  clock: { now(): number }
  fetch: typeof fetch
  /** from 0 to 1, for jitter */
  random: () => number
  probeUpMs?: number
  probeDownMs?: number
  /** without a sign of life for so long, work on the link is ended and begun again */
  watchdogMs?: number
  /** ms that only go forward */
  steady?: () => number
  hasInterface?: () => boolean
  /** days that a payload stays here after the issuer's receipt named it */
  payloadDays?: number
  housekeepingMs?: number
  /** other databases that are compacted while nothing else is to be done */
  alsoCompacted?: readonly Store[]
  /** what other kiosks' bundles may take: in all, and of the disk now (undefined where it does not say) */
  carry?: { quotaBytes: number; roomBytes: () => Promise<number | undefined> }
  onProblem?: (event: string) => void
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
  /** ms since the issuer was last heard, by whichever clock says most; 0 while it never was */
  contactAgeMs(): number
  /** what could not be read and is kept apart, newest first */
  setAside(): KeptAside[]
  /** Sends again what the issuer refused. */
  offerAgain(id: RequestId): Promise<void>
  /** gives back the disk now; otherwise it is done while nothing else is to be done */
  keepHouse(): Promise<Kept | undefined>
  lastHousekeeping(): Kept | undefined
  /** when there was a link, and how much went */
  diary: Pick<LinkDiary, 'hours' | 'changes'>
  sticks: KioskSticks
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

export async function openSync(options: SyncOptions): Promise<KioskSync> {
  const { dataDir, issuer, clock, steady = () => performance.now() } = options
  const onProblem = options.onProblem ?? (() => undefined)
  const below = (name: string) => join(dataDir, name)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })

  const setAside = await SetAside.open(below('set-aside'), clock)
  const openStore = async <T extends object>(name: string, salvage: boolean) => {
    const opened = await openOrSetAside<T>({ folder: below(name), name, salvage, setAside })
    if (opened.damage !== undefined)
      onProblem(`database ${name} set aside, ${opened.salvaged} documents taken over: ${opened.damage}`)
    return opened.database
  }
  const kept = { notesPath: below('notes.jsonl'), snapshotPath: below('queue-index.json') }
  await readApart({ folder: below('outbox'), ...kept })
  const outboxDatabase = await openStore<RequestDoc>('outbox', true)
  // What the issuer said it says again.
  const inboxDatabase = await openStore<Record<string, unknown>>('inbox', false)
  const blobs = await Blobs.open(below('blobs'))
  const outbox = createOutbox(outboxDatabase, blobs)
  const inbox = await createInbox(inboxDatabase, () => issuer()?.signing, below('inbox-index.json'))
  const diary = await LinkDiary.open({ path: below('link-diary.jsonl'), clock, steady, onProblem })
  const notes = await QueueNotes.open(kept.notesPath, onProblem)
  const named = new Set<RequestId>()
  const index = await QueueIndex.open({
    ...{ database: outboxDatabase, inbox, notes, snapshotPath: kept.snapshotPath },
    onSent: () => diary.sent(),
    onLost: async (heads) => {
      for (const head of heads) named.add(idOf(head))
      const reason = `${heads.length} requests that were saved are not in the database any more`
      onProblem(reason)
      const bytes = Buffer.from(heads.map((head) => `${JSON.stringify(head)}\n`).join(''))
      await setAside.keep({ kind: 'database', name: 'outbox-lost', reason }, { bytes })
    },
    onUnreadable: async (id, doc, why) => {
      onProblem(`document ${id.slice(0, 34)} cannot be read: ${why}`)
      if (setAside.has('document', id)) return
      await setAside.keep(
        { kind: 'document', name: id, reason: why },
        { bytes: Buffer.from(JSON.stringify(doc)) },
      )
    },
  })
  const here = [...index.items()].map(({ id }) => id)
  const known = await KnownRequests.open(below('known-requests'), here, onProblem)
  await tellLost({ known, named, inbox, setAside, onProblem })
  await notes.compact((sha256) => !index.itemOf(sha256)?.unsent.size)
  await sweepBlobs(blobs, { outbox, index, lost: setAside.has('database') || setAside.has('document') })
  const contact = await ContactClock.open({
    ...{ path: below('contact.json'), clock, steady, newestSigned: inbox.newestSigned, onProblem },
  })

  async function onDamaged(item: QueueItem, sha256: string): Promise<void> {
    const bytes = await readFile(blobs.path(sha256)).catch(() => undefined)
    const part = item.head.parts.find((one) => one.sha256 === sha256)?.name ?? 'payload'
    const isOther = bytes !== undefined && sha256Hex(bytes) !== sha256
    const reason = `${part}: ${isOther ? 'not what its name says' : 'not on this disk'}`
    index.damaged(item, reason, new Date(clock.now()).toISOString())
    if (isOther) await setAside.keep({ kind: 'payload', name: sha256, reason }, { path: blobs.path(sha256) })
  }

  const sticks = await openKioskSticks({
    ...{ dataDir, outbox, inbox, index, blobs, clock, random: randomBytes },
    access: () => issuer()?.own,
    ...(options.carry ?? { quotaBytes: 4_000_000_000, roomBytes: async () => undefined }),
  })

  const { probeUpMs = 15_000, probeDownMs = 2_000 } = options
  const bytesPerSecond = await speedOfLastRun(below('link-speed.json'))
  const synchroniser = new Synchroniser({
    ...{
      outbox,
      inbox,
      blobs,
      notes,
      index,
      remote: issuer,
      clock,
      probeUpMs,
      probeDownMs,
      onProblem,
      onDamaged,
    },
    fetch: countedFetch(options.fetch, (up, down) => diary.carried(up, down)),
    ...{ random: options.random, steady },
    onCarried: (bytes) => diary.carried(bytes, 0),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(options.watchdogMs !== undefined && { watchdogMs: options.watchdogMs }),
    ...(options.hasInterface && { hasInterface: options.hasInterface }),
    isSetAside: (id) => setAside.has('document', id),
    carry: { carried: sticks.carried, done: sticks.taken, remote: issuer },
    onContact: () => contact.contact(),
    lastContact: () => contact.lastContact(),
  })
  synchroniser.onChange(() => diary.link(synchroniser.progress().link))
  outbox.onWritten((document) => index.add(document))
  outbox.onWritten((document) => known.note(idOf(document)))
  inbox.onChange((ids) => {
    index.changed(ids)
    // By whichever way the issuer got a payload, and its receipt came: there is nothing of it left to send.
    for (const id of ids) {
      const item = index.get(id)
      if (!item || item.unsent.size === 0) continue
      for (const { parts = [] } of inbox.receipts(id))
        for (const sha256 of parts) if (item.unsent.has(sha256)) void index.partDone(sha256)
    }
  })

  const housekeeping = new Housekeeping({
    stores: [
      { folder: below('outbox'), database: outboxDatabase },
      { folder: below('inbox'), database: inboxDatabase },
      ...(options.alsoCompacted ?? []),
    ],
    giveBack: async () => {
      await Promise.all([index.save(), inbox.save(), contact.save()])
      return giveBack({
        ...{ blobs, index, inbox, days: options.payloadDays ?? 7 },
        issuerKey: () => issuer()?.signing,
      })
    },
    isIdle: () => synchroniser.isIdle(),
    clock,
    everyMs: options.housekeepingMs ?? 1_800_000,
    onProblem,
  })

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    await synchroniser.stop()
    await housekeeping.stop()
    await Promise.all([contact.save(), notes.settled(), known.settled(), diary.close()])
    // A cache: what cannot be kept costs the next start some time.
    const speed = synchroniser.progress().bytesPerSecond
    await Promise.all([index.save(), inbox.save(), keepSpeed(below('link-speed.json'), speed)]).catch(() =>
      onProblem('queue index not written'),
    )
    await Promise.all([outboxDatabase.close(), inboxDatabase.close()])
  }

  return {
    ...{ outbox, inbox, blobs, synchroniser, diary, sticks },
    list: async () => index.list(),
    status: async (id) => {
      const item = index.get(id)
      return item && index.show(item)
    },
    async queue() {
      const totals = index.totals()
      const speed = synchroniser.progress().bytesPerSecond
      return {
        ...totals,
        ...(speed && totals.bytesToGo > 0 && { etaSeconds: Math.ceil(totals.bytesToGo / speed) }),
      }
    },
    contactAgeMs: () => contact.ageMs(),
    setAside: () => setAside.list(),
    async offerAgain(id) {
      const item = index.get(id)
      if (item) await synchroniser.offerAgain(item)
    },
    keepHouse: () => housekeeping.run(),
    lastHousekeeping: () => housekeeping.last,
    onChange(listener) {
      const stops = [synchroniser, setAside, sticks.carried].map((one) => one.onChange(listener))
      return () => stops.forEach((stop) => stop())
    },
    close: () => (closed ??= close()),
  }
}
