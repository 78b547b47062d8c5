/**
 * Knows how the link is. It asks while nobody answers, and while work goes on it takes the answers of that for an answer;
 * whoever hears of trouble tells it, and it finds out which.
 */
import { askAgainMs, probeLink, type LinkState } from './link.ts'
import { statusOf, type Remote } from './remote.ts'

export interface LinkSenseOptions {
  remote: () => Remote | undefined
  fetch: typeof fetch
  clock: { now(): number }
  random: () => number
  hasInterface: () => boolean
  probeUpMs: number
  probeDownMs: number
  /** somebody is there (again) */
  onOpen: () => void
  /** the issuer answered */
  onContact: () => void
  onChange: () => void
}

/** A kiosk that is not signed in is not to ask for ever as if it were. */
const unauthorisedMs = 30_000

const oneCutMs = 200

const ownMachine = /^(localhost|127\.[\d.]+|\[::1\])$/

export class LinkSense {
  readonly #options: LinkSenseOptions
  #state: LinkState = 'unknown'
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking: Promise<void> | undefined
  #heardAt = -Infinity
  #unauthorisedUntil = -Infinity
  #stopped = false
  #troubles = 0
  #troubleAt = -Infinity
  /** of the issuer's clock against ours, in ms; undefined until it was heard */
  #skewMs: number | undefined

  constructor(options: LinkSenseOptions) {
    this.#options = options
  }

  get state(): LinkState {
    return this.#state
  }
  get skewMs(): number | undefined {
    return this.#skewMs
  }
  /** whether there is anybody to talk to */
  get isOpen(): boolean {
    return this.#state === 'up' || this.#state === 'slow'
  }

  /** Asks at once. @param anew also where the issuer has just turned this kiosk away @returns when it is known */
  ask(anew = false): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    if (anew) this.#unauthorisedUntil = -Infinity
    clearTimeout(this.#timer)
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined
      this.#schedule()
    })
    return this.#asking
  }

  /** The issuer answered somebody. */
  alive(): void {
    this.#heardAt = performance.now()
    this.#troubles = 0
    this.#options.onContact()
  }

  /** Somebody's work was stopped. One cut is the life of such a line; two without a word in between are looked into. */
  trouble(error: unknown): void {
    const status = statusOf(error)
    if (status === 401 || status === 403) {
      this.#unauthorisedUntil = performance.now() + unauthorisedMs
      this.#become('unauthorised')
      return this.#schedule()
    }
    // What is cut at once is one cut, however many were on the line.
    const now = performance.now()
    if (status === undefined && now - this.#troubleAt < oneCutMs) return
    this.#troubleAt = now
    this.#troubles += 1
    if (this.#troubles >= 2 || status !== undefined) void this.ask()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#asking
  }

  #schedule(): void {
    const { probeUpMs, probeDownMs, random } = this.#options
    if (this.#stopped) return
    clearTimeout(this.#timer)
    const sinceHeard = performance.now() - this.#heardAt
    const pause = this.isOpen ? Math.max(50, probeUpMs - sinceHeard) : askAgainMs(probeDownMs, random)
    this.#timer = setTimeout(() => {
      // Heard in the meantime: nothing has to be asked.
      if (this.isOpen && performance.now() - this.#heardAt < probeUpMs) return this.#schedule()
      void this.ask()
    }, pause)
  }

  async #askOnce(): Promise<void> {
    const { remote, fetch, clock, hasInterface } = this.#options
    const target = remote()
    if (!target || performance.now() < this.#unauthorisedUntil) return
    const found = await probeLink({
      ...{ url: target.url, fetch, clock },
      // An issuer on this very machine is reached without a network.
      hasInterface: () => ownMachine.test(new URL(target.url).hostname) || hasInterface(),
    })
    if (this.#stopped) return
    if (found.answered) {
      this.#heardAt = performance.now()
      this.#troubles = 0
      if (found.time !== undefined) this.#skewMs = found.time - clock.now()
      this.#options.onContact()
    }
    this.#become(found.link)
  }

  #become(state: LinkState): void {
    const wasOpen = this.isOpen
    this.#state = state
    this.#options.onChange()
    if (this.isOpen && !wasOpen) this.#options.onOpen()
  }
}
