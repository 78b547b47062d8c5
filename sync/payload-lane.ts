/** Which payloads go next, in the order of the queue, and what becomes of each. */
import type { Blobs } from './blobs.ts'
import type { LaneRun } from './lane.ts'
import type { LinkSpeed } from './link-speed.ts'
import type { QueueIndex, QueueItem } from './queue-index.ts'
import type { QueueNotes } from './queue-notes.ts'
import { PayloadRun } from './payload-run.ts'
import type { Agents, Remote, UploadRefused } from './remote.ts'
import { frontOf, partsInOrder } from './upload-order.ts'
import { whichAreThere, type UploadEnd } from './uploader.ts'
import type { PartRef } from './z-facts.ts'

export interface PayloadLaneOptions {
  index: QueueIndex
  notes: QueueNotes
  blobs: Blobs
  remote: () => Remote | undefined
  agents: Agents
  fetch: typeof fetch
  clock: { now(): number }
  speed: LinkSpeed
  random: () => number
  /** the issuer has every payload of a request: a receipt may be on its way */
  onWhole: () => void
  /** @param bytes more than before that the issuer acknowledged */
  onAcknowledged: (bytes: number) => void
  /** a payload here is damaged, and the issuer does not have it */
  onDamaged: (item: QueueItem, sha256: string) => Promise<void>
  onProblem: (event: string) => void
}

/** Hashes in one question. */
const askAtOnce = 200
/** Requests that are looked at ahead. */
const requestsAhead = 16
/** One that was refused is offered again after so long, twice as long each time, at most a day. */
const firstPauseMs = 2_000
const longestPauseMs = 86_400_000
/** From then on a person is told; before, it may have been an issuer that was just restarted. */
const tellAfter = 6

export interface Next {
  item: QueueItem
  part: PartRef
}

export function createPayloadLane(options: PayloadLaneOptions) {
  const { index, notes, clock, speed, onProblem } = options
  /** asked for in this run of the program, and not there */
  const notThere = new Set<string>()
  const pauses = new Map<string, { until: number; times: number }>()
  let current: PayloadRun | undefined

  const maySend = (sha256: string) => (pauses.get(sha256)?.until ?? 0) <= performance.now()

  const mayGo = ({ unsent, facts, damaged }: QueueItem) =>
    unsent.size > 0 &&
    !damaged &&
    notes.refusal(facts._id) === undefined &&
    (pauses.size === 0 || [...unsent].some(maySend))

  function* open(): Generator<{ item: QueueItem; head: QueueItem['facts']; bytesToGo: number }> {
    for (const item of index.waiting()) {
      if (mayGo(item)) yield { item, head: item.facts, bytesToGo: item.bytesToGo }
    }
  }

  /** @returns what could go now of the most urgent requests, the most urgent first */
  function candidates(): Next[] {
    return frontOf(open(), speed.pieceBytes(1), requestsAhead).flatMap(({ item }) =>
      partsInOrder(item.head.parts.filter(({ sha256 }) => item.unsent.has(sha256) && maySend(sha256))).map(
        (part) => ({ item, part }),
      ),
    )
  }

  const isUnasked = ({ part: { sha256 } }: Next) => !notThere.has(sha256) && notes.url(sha256) === undefined

  async function ask(wanted: readonly Next[], remote: Remote, signal: AbortSignal): Promise<void> {
    const unasked = wanted.slice(0, askAtOnce).map(({ part }) => part.sha256)
    const there = await whichAreThere(unasked, { ...options, remote, signal })
    for (const sha256 of unasked) {
      if (there.has(sha256)) await whole(sha256)
      else notThere.add(sha256)
    }
  }

  async function whole(sha256: string): Promise<void> {
    pauses.delete(sha256)
    if (notes.refusal(sha256)) await notes.offerAgain(sha256)
    const item = index.itemOf(sha256)
    await index.partDone(sha256)
    if (item?.unsent.size === 0) options.onWhole()
  }

  async function ended({ item, part }: Next, end: UploadEnd | UploadRefused): Promise<void> {
    const { sha256 } = part
    if (end === 'done') return whole(sha256)
    if (end === 'yielded') return
    if (end === 'missing-here') {
      onProblem(`payload ${sha256.slice(0, 8)} is not on this disk`)
      return options.onDamaged(item, sha256)
    }
    const times = (pauses.get(sha256)?.times ?? 0) + 1
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (times - 2))
    // The first may be an upload that the issuer has forgotten: it begins anew at once.
    pauses.set(sha256, { until: times === 1 ? 0 : performance.now() + pause, times })
    index.acknowledge(sha256, 0)
    onProblem(`payload ${sha256.slice(0, 8)}: ${end.message}`)
    if (times < tellAfter) return
    await notes.refuse(sha256, end.message, new Date(clock.now()).toISOString())
    index.changed([item.id])
  }

  return {
    async run(lane: LaneRun): Promise<boolean> {
      const run = new PayloadRun({ ...options, ...{ lane, candidates, isUnasked, ask, ended } })
      current = run
      try {
        return await run.go()
      } finally {
        current = undefined
      }
    },
    /** Something more may be there to send: looked at while a run is under way, not only after it. */
    look: () => current?.look(),
    /** whether something goes right now */
    isBusy: () => current !== undefined,
    /** @returns whether there is a payload that could go now */
    owes: () => !open().next().done,
    /** Forgets what was put off: a person asked, or the issuer is there again. */
    tryAgain(): void {
      pauses.clear()
    },
  }
}
