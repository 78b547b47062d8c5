/**
 * The three lanes of the link under one roof: facts up, facts down, payloads. What goes wrong in one stops no other. They
 * run while somebody is there to talk to, begin anew after a sleep, on another network and when the clock was set, and
 * one that makes no progress is ended, told and begun again.
 */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Blobs } from './blobs.ts'
import { createCarryLane, type CarryLaneOptions } from './bundle/carry-lane.ts'
import { createFactsLanes } from './facts-lanes.ts'
import type { Inbox } from './inbox.ts'
import { Lane, type LaneFault, type LaneName, type LaneRun, type LaneState } from './lane.ts'
import { LinkSense } from './link-sense.ts'
import { LinkSpeed } from './link-speed.ts'
import type { LinkState } from './link.ts'
import type { Outbox } from './outbox.ts'
import { createPayloadLane } from './payload-lane.ts'
import type { QueueIndex, QueueItem } from './queue-index.ts'
import type { QueueNotes } from './queue-notes.ts'
import { createReconcile } from './reconcile-payloads.ts'
import type { Remote } from './remote.ts'
import { networkAddresses, watchForWakeUps } from './wake-ups.ts'

export interface SynchroniserOptions {
  outbox: Outbox
  inbox: Inbox
  blobs: Blobs
  notes: QueueNotes
  index: QueueIndex
  remote: () => Remote | undefined
  clock: { now(): number }
  fetch: typeof fetch
  random: () => number
  /** ms that only go forward */
  steady?: () => number
  probeUpMs: number
  probeDownMs: number
  isSetAside: (id: string) => boolean
  onDamaged: (item: QueueItem, sha256: string) => Promise<void>
  onContact: () => void
  /** told of the bytes of payloads that the issuer acknowledged */
  onCarried?: (bytes: number) => void
  /** when the issuer was last heard, also before this run of the program */
  lastContact: () => string | undefined
  /** of the last run of the program */
  bytesPerSecond?: number
  onProblem: (event: string) => void
  /** what this kiosk carries for others, after everything of its own */
  carry?: Pick<CarryLaneOptions, 'carried' | 'done' | 'remote'>
  hasInterface?: () => boolean
  watchdogMs?: number
}

export interface Progress {
  link: LinkState
  lastContact?: string
  /** bytes acknowledged per second, of late */
  bytesPerSecond?: number
  /** of the issuer's clock against this one, in ms */
  skewMs?: number
  /** lanes that make no progress though they should */
  faults: LaneFault[]
}

export class Synchroniser {
  readonly #options: SynchroniserOptions
  readonly #listeners = new Set<() => void>()
  readonly #sense: LinkSense
  readonly #speed: LinkSpeed
  readonly #agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: 5, timeout: 150_000 }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: 5, timeout: 150_000 }),
  }
  readonly #facts
  readonly #payloadLane
  readonly #carryLane
  readonly #push: Lane
  readonly #pull: Lane
  readonly #payloads: Lane
  readonly #faults = new Map<string, LaneFault>()
  #stopWatching: (() => void) | undefined
  #stopped = false

  constructor(options: SynchroniserOptions) {
    this.#options = options
    const { index, inbox, probeUpMs, probeDownMs, hasInterface = () => networkAddresses() !== '' } = options
    this.#sense = new LinkSense({
      ...options,
      hasInterface,
      onOpen: () => this.#wakeLanes(),
      onChange: () => this.#tell(),
    })
    const onAnswer = () => this.#sense.alive()
    this.#speed = new LinkSpeed(() => performance.now(), options.bytesPerSecond)
    this.#facts = createFactsLanes({ ...options, onAnswer, pieceBytes: () => this.#speed.pieceBytes(1) })
    const onAcknowledged = (bytes: number) => {
      onAnswer()
      options.onCarried?.(bytes)
      this.#tell()
    }
    this.#payloadLane = createPayloadLane({
      ...options,
      ...{ agents: this.#agents, speed: this.#speed, onAcknowledged },
      onWhole: () => this.#pull.wake(),
    })
    this.#carryLane =
      options.carry &&
      createCarryLane({
        ...options,
        ...options.carry,
        ...{ agents: this.#agents, speed: this.#speed, onAcknowledged },
        mustYield: () => this.#payloadLane.owes(),
      })
    options.carry?.carried.onChange(() => this.#payloads.wake())
    const quick = Math.min(500, probeDownMs)
    const restMs = (owes: boolean, idle: number) =>
      owes ? Math.min(probeUpMs, quick * 2 ** Math.min(idle, 16)) : probeUpMs
    this.#push = this.#lane('facts', {
      run: (run) => this.#facts.push(run),
      owes: () => this.#facts.owesPush(),
      restMs: (idle) => restMs(this.#facts.owesPush(), idle),
    })
    const reconcile = createReconcile(options)
    this.#pull = this.#lane('answers', {
      run: async (run) => {
        const came = await this.#facts.pull(run)
        if (await reconcile(run.signal)) this.#payloads.wake()
        return came
      },
      owes: () => true,
      // While payloads go, the line is theirs: what they wait for is asked when a request is whole. Unless somebody stands
      // there whose re-issue is, and only the answer lacks.
      restMs: (idle) =>
        this.#payloadLane.isBusy() && ![...index.unended()].some(isWaitedFor)
          ? probeUpMs
          : restMs(index.unended().size > 0, idle),
    })
    this.#payloads = this.#lane('payloads', {
      run: async (run) => {
        const moved = await this.#payloadLane.run(run)
        return ((await this.#carryLane?.run(run)) ?? false) || moved
      },
      owes: () => this.#payloadLane.owes() || (this.#carryLane?.owes() ?? false),
      restMs: () => probeUpMs,
    })
    options.outbox.onAdded(() => {
      this.#facts.owe()
      this.#tell()
      this.#payloadLane.look()
      this.#wakeLanes()
    })
    inbox.onChange(() => this.#tell())
  }

  start(): void {
    this.#stopWatching ??= watchForWakeUps({
      clock: this.#options.clock,
      onWakeUp: (why) => {
        this.#options.onProblem(`woken: ${why}`)
        this.#restart()
      },
    })
    void this.#sense.ask()
  }

  /** Asks at once, whatever the timers say. */
  wake(): void {
    if (this.#stopped) return
    void this.#sense.ask()
    this.#wakeLanes()
  }

  /** One run of every lane now. @returns when they are over, however they ended */
  async syncNow(): Promise<void> {
    await this.#sense.ask(true)
    if (!this.#sense.isOpen || this.#stopped) return
    this.#facts.owe()
    this.#facts.readAnew()
    this.#payloadLane.tryAgain()
    this.#carryLane?.tryAgain()
    await Promise.all([this.#push.runNow(), this.#payloads.runNow()])
    await this.#pull.runNow()
  }

  /** Sends a document again that was refused, and payloads that were. */
  async offerAgain(item: QueueItem): Promise<void> {
    const { notes, index } = this.#options
    for (const { sha256 } of item.head.parts) if (notes.refusal(sha256)) await notes.offerAgain(sha256)
    index.changed([item.id])
    this.#payloadLane.tryAgain()
    if (notes.refusal(item.head._id)) {
      await this.#facts.offer(item.head._id, {
        signal: AbortSignal.timeout(30_000),
        alive: () => undefined,
        carried: () => undefined,
      })
    }
    this.#wakeLanes()
    this.#tell()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopWatching?.()
    await Promise.all([
      this.#sense.stop(),
      ...[this.#push, this.#pull, this.#payloads].map((lane) => lane.stop()),
    ])
    for (const agent of [this.#agents.http, this.#agents.https]) agent.destroy()
  }

  progress(): Progress {
    const speed = this.#speed.bytesPerSecond()
    const { skewMs } = this.#sense
    const lastContact = this.#options.lastContact()
    return {
      link: this.#sense.state,
      ...(lastContact !== undefined && { lastContact }),
      ...(speed !== undefined && { bytesPerSecond: speed }),
      ...(skewMs !== undefined && { skewMs }),
      faults: [...this.#faults.values()],
    }
  }

  /** what each lane does now */
  lanes(): LaneState[] {
    return [this.#push, this.#pull, this.#payloads].map(({ state }) => state)
  }

  /** whether somebody is there to talk to */
  get isOpen(): boolean {
    return this.#sense.isOpen
  }

  /** whether nothing is to be sent now, or nobody is there to send it to */
  isIdle(): boolean {
    return !this.#sense.isOpen || (!this.#facts.owesPush() && !this.#payloadLane.owes())
  }

  /** bytes of a payload that the issuer has acknowledged in this run */
  sent(sha256: string): number {
    return this.#options.index.acknowledged(sha256)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #lane(
    name: LaneName,
    parts: {
      run: (run: LaneRun) => Promise<boolean>
      owes: () => boolean
      restMs: (idle: number) => number
    },
  ): Lane {
    const { clock, random, onProblem, watchdogMs = 150_000 } = this.#options
    return new Lane({
      ...{ name, clock, random, watchdogMs, ...parts },
      isOpen: () => this.#sense.isOpen,
      onError: (error) => {
        onProblem(`sync lane ${name} failed: ${error instanceof Error ? error.name : 'unknown'}`)
        this.#sense.trouble(error)
      },
      onFault: (fault) => {
        if (fault) {
          this.#faults.set(name, fault)
          onProblem(`sync lane ${name} ${fault.code}: ${fault.cause}`)
        } else this.#faults.delete(name)
        this.#tell()
      },
    })
  }

  #restart(): void {
    // What is kept open belongs to a network that may be gone.
    for (const agent of [this.#agents.http, this.#agents.https]) agent.destroy()
    this.#facts.readAnew()
    for (const lane of [this.#push, this.#pull, this.#payloads]) lane.restart()
    void this.#sense.ask(true)
  }

  #wakeLanes(): void {
    for (const lane of [this.#payloads, this.#push, this.#pull]) lane.wake()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

const isWaitedFor = ({ head, unsent }: QueueItem) => head.kind === 'reissue' && unsent.size === 0
