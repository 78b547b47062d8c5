/**
 * One kind of work on the link, repeated for as long as the kiosk runs. It cannot go quiet: it goes by a timer and on every
 * waking, waits longer and longer only while nothing at all goes, and a run without a sign of life is ended and told.
 */
import { backOffMs } from './link.ts'
import { statusOf } from './remote.ts'

export type LaneName = 'facts' | 'answers' | 'payloads'

export interface LaneFault {
  lane: LaneName
  /** `stalled`: no progress while something is owed; `failing`: each of the last tries failed */
  code: 'stalled' | 'failing'
  since: string
  /** technical, without personal data */
  cause: string
}

/** What a lane does now, for whoever asks why nothing goes. */
export interface LaneState {
  lane: LaneName
  running: boolean
  /** whether it has something to carry */
  owes: boolean
  /** tries in a row that failed */
  failures: number
  /** ms since 1970; undefined while nothing was carried in this run of the program */
  carriedAt?: number
  /** ms until the next try; undefined while it runs, and while it waits for the link */
  nextInMs?: number
  /** of the last failure: technical, without personal data */
  cause?: string
}

export interface LaneRun {
  signal: AbortSignal
  /** a sign of life: an answer of the issuer */
  alive: () => void
  /** something was carried that stays carried, also if the run is cut now */
  carried: () => void
}

export interface LaneOptions {
  name: LaneName
  /** @returns whether it carried something @throws whatever stopped it; the next run goes on from there */
  run: (run: LaneRun) => Promise<boolean>
  /** whether there is anybody to talk to */
  isOpen: () => boolean
  /** whether there is something that this lane could carry now */
  owes: () => boolean
  /** ms until the next run after one that went well @param idle runs since the last that carried something */
  restMs: (idle: number) => number
  /** without a sign of life for so long while something is owed, the run is ended */
  watchdogMs: number
  clock: { now(): number }
  random: () => number
  /** told of what went wrong in a run; not of what the lane ended itself */
  onError: (error: unknown) => void
  onFault: (fault: LaneFault | undefined) => void
}

interface Running {
  end: AbortController
  over: Promise<void>
  alive: boolean
  carried: boolean
}

/** So many in a row are told. */
const tellAfter = 3

export class Lane {
  readonly #options: LaneOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #running: Running | undefined
  #again = false
  #stopped = false
  #failures = 0
  #idle = 0
  #fault: LaneFault | undefined
  #carriedAt: number | undefined
  #dueAt: number | undefined
  #cause: string | undefined

  constructor(options: LaneOptions) {
    this.#options = options
  }

  get fault(): LaneFault | undefined {
    return this.#fault
  }

  get state(): LaneState {
    const { name, owes } = this.#options
    const running = this.#running !== undefined
    return {
      ...{ lane: name, running, owes: owes(), failures: this.#failures },
      ...(this.#carriedAt !== undefined && { carriedAt: this.#carriedAt }),
      ...(!running &&
        this.#dueAt !== undefined && { nextInMs: Math.max(0, this.#dueAt - performance.now()) }),
      ...(this.#cause !== undefined && { cause: this.#cause }),
    }
  }

  /** Runs as soon as it can, whatever the timer says. */
  wake(): void {
    if (this.#stopped) return
    this.#idle = 0
    if (this.#running) this.#again = true
    else this.#schedule(0)
  }

  /** Ends what may be waiting on a line that is gone, and begins anew: on another network, after a sleep. */
  restart(): void {
    this.#failures = 0
    this.#running?.end.abort(new Error('restarted'))
    this.wake()
  }

  /** @returns when a run that begins from now on is over, however it ended */
  async runNow(): Promise<void> {
    this.#failures = 0
    await this.#running?.over
    this.wake()
    await new Promise((resolve) => setTimeout(resolve, 0))
    await this.#running?.over
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#running?.end.abort(new Error('stopped'))
    await this.#running?.over
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#dueAt = performance.now() + ms
    this.#timer = setTimeout(() => this.#begin(), ms)
  }

  #begin(): void {
    if (this.#stopped || this.#running) return
    this.#dueAt = undefined
    // Woken when somebody is there again.
    if (!this.#options.isOpen()) return
    const end = new AbortController()
    const running: Running = { end, over: Promise.resolve(), alive: false, carried: false }
    this.#running = running
    running.over = this.#runOnce(running).then((pause) => {
      this.#running = undefined
      clearTimeout(this.#watchdog)
      if (this.#stopped) return
      const again = this.#again
      this.#again = false
      this.#schedule(again ? 0 : pause)
    })
  }

  /** @returns ms until the next */
  async #runOnce(running: Running): Promise<number> {
    const { run, restMs } = this.#options
    const { signal } = running.end
    const alive = () => {
      running.alive = true
      this.#watch(running.end)
    }
    const carried = () => {
      running.carried = true
      this.#carriedAt = this.#options.clock.now()
      alive()
    }
    this.#watch(running.end)
    // A run that does not even end when it is told to is left behind.
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), 1_000), { once: true })
    })
    ended.catch(() => undefined)
    try {
      const moved = await Promise.race([run({ signal, alive, carried }), ended])
      this.#failures = 0
      this.#cause = undefined
      if (moved) this.#carriedAt = this.#options.clock.now()
      this.#idle = moved ? 0 : this.#idle + 1
      this.#tell(undefined)
      return restMs(this.#idle)
    } catch (error) {
      return this.#stopped ? 0 : this.#failed(error, running)
    }
  }

  /** @returns ms until the next try */
  #failed(error: unknown, { end, alive, carried }: Running): number {
    const { onError, random, clock, name } = this.#options
    if (!end.signal.aborted) onError(error)
    this.#cause = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown'
    // A line that drops every few seconds and still carries something is not waited for. A sign of life begins the waits
    // anew; an issuer that answers and says that it cannot is left in peace for longer and longer.
    if (carried) this.#failures = 0
    else this.#failures = alive && statusOf(error) === undefined ? 1 : this.#failures + 1
    if (this.#failures >= tellAfter && this.#fault === undefined) {
      const since = new Date(clock.now()).toISOString()
      this.#tell({ lane: name, code: 'failing', since, cause: this.#cause })
    }
    return this.#failures === 0 ? Math.round(random() * 100) : backOffMs(this.#failures - 1, random)
  }

  #watch(end: AbortController): void {
    const { watchdogMs, owes, name, clock } = this.#options
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(() => {
      if (!owes()) return this.#watch(end)
      const since = new Date(clock.now() - watchdogMs).toISOString()
      this.#tell({ lane: name, code: 'stalled', since, cause: `no progress for ${watchdogMs / 1_000} s` })
      end.abort(new Error('stalled'))
    }, watchdogMs)
  }

  #tell(fault: LaneFault | undefined): void {
    if (fault === undefined && this.#fault === undefined) return
    this.#fault = fault
    this.#options.onFault(fault)
  }
}
