/** What the two lanes of facts do in one run: push what was written here, pull what the issuer said. */
import type { Inbox } from './inbox.ts'
import type { LaneRun } from './lane.ts'
import type { Outbox } from './outbox.ts'
import type { QueueIndex } from './queue-index.ts'
import type { QueueNotes } from './queue-notes.ts'
import { statusOf, type Remote } from './remote.ts'
import { pullFacts, pushEach, pushFacts, serverError, type FactsRun } from './replicator.ts'
import { zRequestId, type RequestId } from './z-facts.ts'

export interface FactsLaneOptions {
  outbox: Pick<Outbox, 'database'>
  inbox: Inbox
  index: QueueIndex
  notes: QueueNotes
  remote: () => Remote | undefined
  fetch: typeof fetch
  clock: { now(): number }
  /** whether a document is set aside here, so that it is not sent */
  isSetAside: (id: string) => boolean
  onAnswer: () => void
  onProblem: (event: string) => void
}

const most = 20
/** So many documents are looked at one by one where together they do not go. */
const mostEach = 40
const offerAgainMs = 3_600_000

export function createFactsLanes(options: FactsLaneOptions) {
  const { outbox, inbox, index, notes, clock, onProblem } = options
  let owed = true
  let atOnce = most
  let failedTogether = 0

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

  /** One by one, so that the one which stops the others is found, and set aside with what was said against it. */
  async function sendEach(run: FactsRun, ids: readonly string[]): Promise<void> {
    const documents = []
    for (const id of ids.slice(0, mostEach)) {
      const document = await outbox.database.get(id).catch(() => undefined)
      if (document) documents.push(document)
    }
    for (const [id, reason] of await pushEach(documents, run)) {
      if (reason !== undefined) await refuse(id, reason)
      else if (notes.refusal(id)) {
        await notes.offerAgain(id)
        index.changed([id.slice('request:'.length) as RequestId])
      }
    }
  }

  async function push(lane: LaneRun): Promise<boolean> {
    const remote = options.remote()
    if (!remote || !owed) return false
    const run = runOf(lane, remote)
    owed = false
    try {
      const due = [...notes.refused()].filter(
        ([id, { reason, at }]) =>
          id.startsWith('request:') &&
          reason.startsWith(serverError) &&
          Math.abs(clock.now() - Date.parse(at)) > offerAgainMs,
      )
      if (due.length > 0)
        await sendEach(
          run,
          due.map(([id]) => id),
        )
      const { refused, written } = await pushFacts(outbox.database, run, { leftOut, atOnce })
      for (const [id, reason] of refused) await refuse(id, reason)
      failedTogether = 0
      atOnce = Math.min(most, atOnce * 2)
      return written > 0
    } catch (error) {
      owed = true
      // Smaller requests may get through where large ones do not.
      atOnce = Math.max(1, atOnce >> 1)
      const status = statusOf(error)
      failedTogether = status === undefined ? failedTogether : failedTogether + 1
      if (status === undefined || status === 401 || failedTogether < 2) throw error
      await sendEach(
        run,
        [...index.unended()].filter((item) => !isHeardOf(item.id)).map(({ head }) => head._id),
      )
      return true
    }
  }

  const isHeardOf = (id: RequestId) => inbox.receipts(id).length > 0

  return {
    push,
    async pull(lane: LaneRun): Promise<boolean> {
      const remote = options.remote()
      if (!remote) return false
      const came = await pullFacts(inbox.database, runOf(lane, remote))
      await inbox.refresh()
      return came > 0
    },
    owesPush: () => owed,
    owe(): void {
      owed = true
    },
    /** Offers one document again that was refused. @throws whatever the link threw */
    offer: (id: string, lane: LaneRun) => {
      const remote = options.remote()
      return remote ? sendEach(runOf(lane, remote), [id]) : Promise.resolve()
    },
  }
}
