/**
 * The loop that cannot go quiet. It asks every couple of seconds whether the issuer is there; on a sign of life it pushes
 * facts, pulls facts, uploads payloads, and says what it found. Nothing that goes wrong in one lane stops another.
 */
import type { Blobs } from './blobs.ts'
import type { Inbox } from './inbox.ts'
import { pauseMs, probeLink, type LinkState } from './link.ts'
import type { Outbox } from './outbox.ts'
import { pullFacts, pushFacts, type Remote } from './replicator.ts'
import { uploadBlob, UploadRefused, type UploadNotes } from './uploader.ts'
import type { RequestDoc } from './z-facts.ts'

export interface SynchroniserOptions {
  outbox: Outbox
  inbox: Inbox
  blobs: Blobs
  notes: UploadNotes
  remote: () => Remote | undefined
  clock: { now(): number }
  fetch: typeof fetch
  random: () => number
  probeUpMs: number
  probeDownMs: number
  onProblem: (event: string) => void
}

export interface Progress {
  link: LinkState
  lastContact?: string
  /** bytes acknowledged per second over the last upload run */
  bytesPerSecond?: number
}

export class Synchroniser {
  readonly #options: SynchroniserOptions
  readonly #listeners = new Set<() => void>()
  readonly #sent = new Map<string, number>()
  readonly #stopping = new AbortController()
  #progress: Progress = { link: 'unknown' }
  #timer: ReturnType<typeof setTimeout> | undefined
  #round: Promise<void> | undefined
  #again = false
  #failures = 0
  /** rounds since the last one that carried something */
  #idle = 0
  /** whether this round has carried anything */
  #moved = false
  /** what the last pull brought up to date; a facts' round is owed while true */
  #owed = true

  constructor(options: SynchroniserOptions) {
    this.#options = options
    options.outbox.onAdded(() => {
      this.#owed = true
      this.#idle = 0
      this.#tell()
      this.wake()
    })
  }

  start(): void {
    this.wake()
  }

  /** Asks at once, whatever the timer says. */
  wake(): void {
    if (this.#stopping.signal.aborted) return
    if (this.#round) this.#again = true
    else this.#schedule(0)
  }

  /** One whole round now. @returns when it is over, however it ended */
  async syncNow(): Promise<void> {
    this.#owed = true
    this.#failures = 0
    this.wake()
    await new Promise((resolve) => setTimeout(resolve, 0))
    await this.#round
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#round?.catch(() => undefined)
  }

  progress(): Progress {
    return this.#progress
  }

  /** bytes of a payload that the issuer has acknowledged in this run */
  sent(sha256: string): number {
    return this.#sent.get(sha256) ?? 0
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#round = this.#runRound().finally(() => {
        this.#round = undefined
        if (this.#stopping.signal.aborted) return
        const again = this.#again
        this.#again = false
        this.#schedule(again ? 0 : this.#pause())
      })
    }, ms)
  }

  #pause(): number {
    return pauseMs(
      { link: this.#progress.link, failures: this.#failures, owed: this.#owed, idle: this.#idle },
      this.#options,
    )
  }

  async #runRound(): Promise<void> {
    const { remote, fetch, clock, onProblem } = this.#options
    const target = remote()
    if (!target) return
    const { link, answered } = await probeLink({ url: target.url, fetch, clock })
    const returned = this.#progress.link !== 'up' && link === 'up'
    this.#progress = { ...this.#progress, link }
    if (answered) {
      if (returned) this.#failures = 0
      this.#progress = { ...this.#progress, lastContact: new Date(clock.now()).toISOString() }
      this.#tell()
      const lanes = [() => this.#facts(target), () => this.#payloads(target), () => this.#pull(target)]
      let failed = false
      this.#moved = false
      for (const lane of lanes) {
        try {
          await lane()
        } catch (error) {
          failed = true
          onProblem(`sync lane failed: ${error instanceof Error ? error.name : 'unknown'}`)
        }
      }
      // A line that drops every few seconds and still carries something is not to be waited for longer and longer.
      this.#failures = failed ? (this.#moved ? 1 : this.#failures + 1) : 0
      this.#idle = this.#moved ? 0 : this.#idle + 1
      if (!failed) this.#owed = (await this.#openRequests()).length > 0
    }
    this.#tell()
  }

  async #facts(remote: Remote): Promise<void> {
    const { outbox, notes, fetch, clock, onProblem } = this.#options
    const { refused } = await pushFacts(outbox.database, remote, fetch)
    for (const [id, reason] of refused) {
      onProblem(`refused by the issuer's store: ${reason}`)
      await notes.refuse(id, reason, new Date(clock.now()).toISOString())
    }
    await this.#pull(remote)
  }

  async #pull(remote: Remote): Promise<void> {
    const { inbox, fetch } = this.#options
    if ((await pullFacts(inbox.database, remote, fetch)) > 0) this.#moved = true
    await inbox.refresh()
  }

  /** Requests whose end the issuer has not said yet: there is something to ask for. */
  async #openRequests(): Promise<RequestDoc[]> {
    const ended = new Set(['rejected', 'ready', 'collected'])
    const [all, refused] = [await this.#options.outbox.list(), await this.#options.notes.refused()]
    return all.filter(
      (request) =>
        !refused.has(request._id) &&
        !this.#options.inbox.receipts(idOf(request)).some(({ state }) => ended.has(state)),
    )
  }

  /** Newest re-issue first, for somebody may be standing there; then the oldest enrolment. */
  async #payloads(remote: Remote): Promise<void> {
    const { outbox, blobs, notes, fetch, clock, onProblem } = this.#options
    const done = await notes.done()
    const waiting = inOrder(await outbox.list()).flatMap(({ parts }) =>
      parts.filter(({ sha256 }) => !done.has(sha256)),
    )
    let problem: unknown
    const began = clock.now()
    let bytes = 0
    for (const part of waiting) {
      if (this.#stopping.signal.aborted) return
      try {
        const end = await uploadBlob({
          sha256: part.sha256,
          blobs,
          notes,
          remote,
          fetch,
          now: () => new Date(clock.now()).toISOString(),
          signal: this.#stopping.signal,
          onProgress: (sent) => {
            this.#sent.set(part.sha256, sent)
            this.#moved = true
            this.#tell()
          },
        })
        if (end === 'missing-here') onProblem(`payload ${part.sha256.slice(0, 8)} is not on this disk`)
        bytes += part.bytes
      } catch (error) {
        problem = error
        // One that the issuer will not take must not hold up the others; where the line itself is gone they would only
        // wait for it one after the other.
        if (!(error instanceof UploadRefused)) break
      }
    }
    const seconds = (clock.now() - began) / 1000
    if (bytes > 0 && seconds > 0) this.#progress = { ...this.#progress, bytesPerSecond: bytes / seconds }
    if (problem !== undefined) throw problem
  }
}

const idOf = (request: RequestDoc) => request._id.slice('request:'.length) as Parameters<Inbox['receipts']>[0]

/** @returns the requests in the order in which their payloads go */
export function inOrder(requests: readonly RequestDoc[]): RequestDoc[] {
  const reissues = requests
    .filter(({ kind }) => kind === 'reissue')
    .sort((a, b) => b.created.localeCompare(a.created))
  const enrolments = requests
    .filter(({ kind }) => kind === 'enrolment')
    .sort((a, b) => a.created.localeCompare(b.created))
  return [...reissues, ...enrolments]
}
