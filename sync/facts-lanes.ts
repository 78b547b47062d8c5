/** What the two lanes of facts do in one run: push what was written here, pull what the issuer said. */
import { FailingDocuments } from './failing-documents.ts'
import type { Inbox } from './inbox.ts'
import type { LaneRun } from './lane.ts'
import type { Outbox } from './outbox.ts'
import type { QueueIndex } from './queue-index.ts'
import type { QueueNotes } from './queue-notes.ts'
import { Answered, statusOf, type Remote } from './remote.ts'
import {
  isNews,
  missingThere,
  pullFacts,
  pushEach,
  pushFacts,
  pushFirst,
  serverError,
  type FactsRun,
  type Seq,
} from './replicator.ts'
import { zRequestId, type RequestId } from './z-facts.ts'

export interface FactsLaneOptions {
  outbox: Pick<Outbox, 'database'>
  inbox: Inbox
  index: QueueIndex
  notes: QueueNotes
  remote: () => Remote | undefined
  fetch: typeof fetch
  clock: { now(): number }
  /** ms that only go forward */
  steady?: () => number
  /** whether a document is set aside here, so that it is not sent */
  isSetAside: (id: string) => boolean
  /** bytes that the link carries in some seconds */
  pieceBytes: () => number
  onAnswer: () => void
  onProblem: (event: string) => void
}

const most = 20
/** Of a document with its sealed claims, about. */
const documentBytes = 7_000
/** The whole replication, whose checkpoints both sides keep, is done at least so often, for an issuer may be restored. */
const wholeMs = 600_000
/** So many documents are looked at one by one where together they do not go. */
const mostEach = 40
/** What was sent and is not heard of is asked about after so long, twice as long each time, at most after an hour. */
const firstAskMs = 10_000
const longestAskMs = 3_600_000
const mostAsked = 200

export function createFactsLanes(options: FactsLaneOptions) {
  const { outbox, inbox, index, notes, clock, onProblem, steady = () => performance.now() } = options
  /** how often something came to be owed, and up to which of these times all of it was sent */
  let owing = 1
  let paid = 0
  let atOnce = most
  let failedTogether = 0
  /** the inbox is read up to here */
  let readTo: { seq: Seq; wholeAt: number } | undefined
  /** were sent before the others in this run of the program */
  const sentFirst = new Set<string>()
  let lookedFrom = -mostEach
  let asked = 0
  let askAt = steady() + firstAskMs
  const failing = new FailingDocuments(steady)

  const leftOut = (id: string) => notes.refusal(id) !== undefined || options.isSetAside(id)
  const runOf = ({ signal, alive }: LaneRun, remote: Remote): FactsRun => ({
    ...{ remote, signal, fetch: options.fetch },
    alive: () => {
      alive()
      options.onAnswer()
    },
  })

  async function refuse(id: string, reason: string): Promise<void> {
    onProblem(`refused by the issuer's store: ${reason}`)
    await notes.refuse(id, reason, new Date(clock.now()).toISOString())
    const request = zRequestId.safeParse(id.replace(/^request:/, ''))
    if (request.success) index.changed([request.data])
  }

  /**
   * One by one, so that the one which stops the others is found, and set aside with what was said against it.
   * @param isWell the issuer was just seen to take others
   */
  async function sendEach(run: FactsRun, ids: readonly string[], isWell = false): Promise<void> {
    const documents = await documentsOf(ids.slice(0, mostEach))
    const said = await pushEach(documents, run)
    const failed: [string, number][] = []
    for (const [id, what] of said) {
      if (what.as === 'failed') {
        failed.push([id, what.status])
        continue
      }
      failing.heard(id)
      if (what.as === 'refused') await refuse(id, what.reason)
      else if (notes.refusal(id)) {
        await notes.offerAgain(id)
        index.changed([id.slice('request:'.length) as RequestId])
      }
    }
    const [first] = failed
    if (!first) return
    // All of them: it is not the documents that are ill.
    if (!isWell && failed.length === said.size) throw new Answered('facts', first[1])
    for (const [id, status] of failed) {
      if (failing.failed(id)) await refuse(id, `${serverError} ${status}`)
    }
  }

  /** set aside for an error that was the issuer's own, and to be offered again */
  const due = () =>
    [...notes.refused()].flatMap(([id, { reason }]) =>
      id.startsWith('request:') && reason.startsWith(serverError) && failing.isDue(id) ? [id] : [],
    )
  /** not set aside, and the issuer has said nothing of it */
  const unheard = () => [...index.unended()].filter((item) => !isHeardOf(item.id)).map(({ head }) => head._id)

  const isAskDue = () => steady() >= askAt && [...index.unended()].some(({ id }) => !isHeardOf(id))

  /** A request that was sent and then not heard of: where the issuer does not have it, replication believes too much. */
  async function reconcile(run: FactsRun): Promise<boolean> {
    const ids = unheard().slice(0, mostAsked)
    const { rows } = await outbox.database.allDocs({ keys: ids })
    const here = rows.flatMap(({ id, value }) => (id && value ? [{ _id: id, _rev: value.rev }] : []))
    const missing = await missingThere(here, run)
    asked += 1
    askAt = steady() + Math.min(longestAskMs, firstAskMs * 2 ** asked)
    if (missing.size === 0) return false
    onProblem(`${missing.size} documents are not with the issuer, though they were sent`)
    await sendEach(run, [...missing])
    return true
  }

  /** In one request so many as go in some seconds: one that is cut has to be sent again. */
  const together = () => Math.max(1, Math.min(atOnce, Math.floor(options.pieceBytes() / documentBytes)))

  /** Of a long backlog those for whom somebody waits, the newest first; replication goes by the order of writing. */
  async function urgentFirst(run: FactsRun): Promise<void> {
    const waiting = [...index.unended()].filter(({ id, head }) => !isHeardOf(id) && !leftOut(head._id))
    if (waiting.length <= together()) return
    const urgent = waiting
      .filter(({ head }) => head.kind === 'reissue' && !sentFirst.has(head._id))
      .sort((a, b) => (a.head.created < b.head.created ? 1 : -1))
    while (urgent.length > 0) {
      const ids = urgent.splice(0, together()).map(({ head }) => head._id)
      const documents = await documentsOf(ids)
      await pushFirst(documents, run)
      for (const id of ids) sentFirst.add(id)
    }
  }

  async function documentsOf(ids: readonly string[]) {
    const all = await Promise.all(ids.map((id) => outbox.database.get(id).catch(() => undefined)))
    return all.filter((document) => document !== undefined)
  }

  async function push(lane: LaneRun): Promise<boolean> {
    const remote = options.remote()
    if (!remote) return false
    const again = due()
    if (paid === owing && again.length === 0 && !isAskDue()) return false
    const run = runOf(lane, remote)
    const upTo = owing
    try {
      await urgentFirst(run)
      const { refused, written } = await pushFacts(outbox.database, run, { leftOut, atOnce: together() })
      for (const [id, reason] of refused) await refuse(id, reason)
      paid = upTo
      failedTogether = 0
      atOnce = Math.min(most, atOnce * 2)
      // The others first: these have stopped them before.
      if (again.length > 0) await sendEach(run, again, true)
      if (written > 0) [asked, askAt] = [0, steady() + firstAskMs]
      return (isAskDue() && (await reconcile(run))) || written > 0
    } catch (error) {
      // Smaller requests may get through where large ones do not.
      atOnce = Math.max(1, atOnce >> 1)
      const status = statusOf(error)
      failedTogether = status === undefined ? failedTogether : failedTogether + 1
      if (status === undefined || status === 401 || failedTogether < 2) throw error
      const all = unheard()
      // Others each time: as many that are ill as are looked at must not hide the rest.
      const from = (lookedFrom += mostEach) % Math.max(1, all.length)
      await sendEach(run, [...all.slice(from), ...all.slice(0, from)])
      return true
    }
  }

  const isHeardOf = (id: RequestId) => inbox.receipts(id).length > 0

  return {
    push,
    async pull(lane: LaneRun): Promise<boolean> {
      const remote = options.remote()
      if (!remote) return false
      const run = runOf(lane, remote)
      const isDue = readTo === undefined || steady() - readTo.wholeAt >= wholeMs
      if (readTo && !isDue && !(await isNews(readTo.seq, run))) return false
      const wholeAt = steady()
      readTo = undefined
      const { came, seq } = await pullFacts(inbox.database, run)
      readTo = { seq, wholeAt }
      await inbox.refresh()
      return came > 0
    },
    /** Whatever was read so far, the next pull is a whole replication. */
    readAnew(): void {
      readTo = undefined
    },
    owesPush: () => paid < owing || due().length > 0,
    owe(): void {
      owing += 1
    },
    /** Offers one document again that was refused. @throws whatever the link threw */
    offer: (id: string, lane: LaneRun) => {
      const remote = options.remote()
      return remote ? sendEach(runOf(lane, remote), [id], true) : Promise.resolve()
    },
  }
}
