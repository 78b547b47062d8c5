/**
 * One run of the payload lane: three payloads at a time, so that while one waits for its acknowledgement the others fill
 * the line. Which three is decided anew at the end of every piece, and for a citizen who stands at the kiosk there is
 * always one more place, so that they wait for seconds and not for a night's backlog.
 */
import type { LaneRun } from './lane.ts'
import type { Next, PayloadLaneOptions } from './payload-lane.ts'
import { statusOf, UploadRefused, type Remote } from './remote.ts'
import { uploadBlob, type UploadEnd } from './uploader.ts'

export interface PayloadRunOptions extends PayloadLaneOptions {
  lane: LaneRun
  /** what could go now, the most urgent first */
  candidates: () => Next[]
  /** whether the issuer may have it, and was not asked */
  isUnasked: (next: Next) => boolean
  ask: (next: readonly Next[], remote: Remote, signal: AbortSignal) => Promise<void>
  ended: (next: Next, end: UploadEnd | UploadRefused) => Promise<void>
}

/** Pieces that are on the line at once. */
const slots = 3
/** Payloads at once, with those of which nothing is on the line: the issuer is asked where one stands, or has to answer. */
const most = 5
/** A connection that fails while others go on is tried again after so long, twice as long each time. */
const firstRestMs = 150
const longestRestMs = 5_000

/** `waits`: nothing of it is on the line, or its last piece is */
interface UnderWay {
  waits: boolean
  begins: boolean
}

export class PayloadRun {
  readonly #options: PayloadRunOptions
  readonly #underWay = new Map<string, UnderWay>()
  readonly #busy = new Set<Promise<void>>()
  #look = (): void => undefined
  #moved = false
  /** ends the run: nothing is begun any more */
  #trouble: unknown
  /** a connection failed while others go on */
  #setBack: unknown
  #restMs = firstRestMs
  #restsUntil = 0
  #asking = false

  constructor(options: PayloadRunOptions) {
    this.#options = options
  }

  /** Something more may be there to send, or something more fits on the line. */
  look(): void {
    this.#look()
  }

  /** @returns whether anything was carried @throws what stopped all of them */
  async go(): Promise<boolean> {
    const { remote: find, lane, speed } = this.#options
    try {
      for (;;) {
        const remote = find()
        if (!remote || lane.signal.aborted || this.#trouble !== undefined) break
        const rests = this.#restsUntil - performance.now()
        const looked = new Promise<void>((resolve) => (this.#look = resolve))
        if (rests <= 0) this.#fill(remote)
        // Nothing goes at all: what the link has is for the lane to judge.
        if (this.#busy.size === 0) break
        const timer = rests > 0 ? setTimeout(this.#look, rests) : undefined
        await Promise.race([...this.#busy, looked])
        clearTimeout(timer)
      }
      await Promise.all(this.#busy)
    } finally {
      speed.pause()
    }
    const error = this.#trouble ?? this.#setBack
    if (error !== undefined) throw error
    return this.#moved
  }

  #fill(remote: Remote): void {
    const { candidates, isUnasked, ask, lane } = this.#options
    const next = candidates()
    const unasked = next.filter(isUnasked)
    if (unasked.length > 0 && !this.#asking) {
      this.#asking = true
      void this.#watch(ask(unasked, remote, lane.signal).finally(() => (this.#asking = false)))
    }
    for (const [place, one] of next.entries()) {
      if (this.#underWay.size >= most) break
      if (this.#underWay.has(one.part.sha256) || isUnasked(one)) continue
      // One that is urgent does not wait until a piece of the others is over.
      const room = place === 0 && one.item.head.kind === 'reissue' ? slots + 1 : slots
      if (this.#onTheLine() >= room) break
      this.#begin(one, remote)
    }
  }

  #onTheLine(): number {
    return [...this.#underWay.values()].filter(({ waits }) => !waits).length
  }

  #begin(next: Next, remote: Remote): void {
    const { speed, notes, lane, ended } = this.#options
    const { sha256, bytes: size } = next.part
    const isRoom = () => this.#underWay.size < slots
    const beside = () => Math.min(slots, Math.max(1, this.#underWay.size))
    // The first pieces are of different length, so that the acknowledgements do not all come at once.
    const share = ((this.#underWay.size % slots) + 1) / slots
    const state: UnderWay = { waits: notes.url(sha256) !== undefined, begins: true }
    this.#underWay.set(sha256, state)
    speed.begin()
    const upload = uploadBlob({
      ...this.#options,
      ...{ sha256, remote, signal: lane.signal },
      nextPiece: (from) => {
        const piece = speed.pieceBytes(beside(), isRoom()) * (state.begins ? share : 1)
        // What would be left is not worth a trip of its own.
        const end = size - from <= piece * 1.5 ? size : Math.ceil(from + piece)
        state.begins = false
        state.waits = end === size
        if (state.waits) this.look()
        return end - from
      },
      stallMs: () => speed.stallMs(beside(), isRoom()),
      mayGoOn: () => this.#mayGoOn(sha256),
      onAcknowledged: (sofar) => this.#acknowledged(sha256, sofar),
    })
    void this.#watch(
      upload
        .catch((error: unknown) => {
          if (error instanceof UploadRefused) return error
          throw error
        })
        .then(async (end) => {
          lane.alive()
          await ended(next, end)
        })
        .finally(() => this.#underWay.delete(sha256)),
    )
  }

  #mayGoOn(sha256: string): boolean {
    if (this.#trouble !== undefined) return false
    const waiting = this.#underWay.size - this.#onTheLine()
    return this.#options
      .candidates()
      .slice(0, slots + waiting)
      .some(({ part }) => part.sha256 === sha256)
  }

  #acknowledged(sha256: string, sofar: number): void {
    const { index, speed, lane, onAcknowledged } = this.#options
    const more = sofar - index.acknowledged(sha256)
    index.acknowledge(sha256, sofar)
    if (more <= 0) return lane.alive()
    this.#moved = true
    this.#setBack = undefined
    this.#restMs = firstRestMs
    speed.acknowledged(more)
    lane.carried()
    onAcknowledged(more)
  }

  async #watch(work: Promise<void>): Promise<void> {
    const watched = work
      .catch((error: unknown) => {
        // Answered: the issuer itself has trouble. Otherwise it may be this one connection.
        if (this.#options.lane.signal.aborted || statusOf(error) !== undefined) this.#trouble ??= error
        this.#setBack = error
        this.#restsUntil = performance.now() + this.#restMs * (0.5 + this.#options.random() / 2)
        this.#restMs = Math.min(longestRestMs, this.#restMs * 2)
      })
      .finally(() => this.#busy.delete(watched))
    this.#busy.add(watched)
    await watched
  }
}
