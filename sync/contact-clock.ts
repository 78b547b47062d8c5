/**
 * How long ago the issuer was last heard, by three clocks: the wall clock, which anybody may set; the steady one, which
 * stands still while the kiosk is off; and the newest instant that the issuer has signed, which may come on a stick. The
 * largest counts and is kept, so that setting a clock back resets nothing.
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeWhole } from './write-whole.ts'

const zKept = z.object({
  /** the wall clock at the last contact, ms since 1970 */
  wall: z.number(),
  /** the newest instant that the issuer had signed then */
  signed: z.number(),
  /** the age when this was written */
  carriedMs: z.number().nonnegative(),
})
type Kept = z.infer<typeof zKept>

export interface ContactClockOptions {
  path: string
  clock: { now(): number }
  /** ms that only go forward */
  steady: () => number
  /** the newest instant that the issuer has signed, ms since 1970 */
  newestSigned: () => number | undefined
  onProblem: (event: string) => void
}

const saveEveryMs = 300_000

export class ContactClock {
  readonly #options: ContactClockOptions
  #kept: Kept | undefined
  #steadyAt: number
  #savedAt = -Infinity
  #work: Promise<void> = Promise.resolve()

  private constructor(options: ContactClockOptions, kept: Kept | undefined) {
    this.#options = options
    this.#kept = kept
    this.#steadyAt = options.steady()
  }

  static async open(options: ContactClockOptions): Promise<ContactClock> {
    const text = await readFile(options.path, 'utf8').catch(() => '{}')
    let kept
    try {
      kept = zKept.safeParse(JSON.parse(text)).data
    } catch {
      kept = undefined
    }
    const opened = new ContactClock(options, kept)
    await opened.save()
    return opened
  }

  /** The issuer answered now. */
  contact(): void {
    const { clock, steady, newestSigned } = this.#options
    const first = this.#kept === undefined || this.#kept.carriedMs > 0
    this.#kept = { wall: clock.now(), signed: newestSigned() ?? 0, carriedMs: 0 }
    this.#steadyAt = steady()
    // Answers come many times a second: a minute more or less does not matter, the first after long does.
    if (first || steady() - this.#savedAt > 60_000) void this.save()
  }

  /** when that was by the wall clock of then; undefined while there was none */
  lastContact(): string | undefined {
    return this.#kept && new Date(this.#kept.wall).toISOString()
  }

  /** ms since the last contact; 0 while there was none yet, for then there is nothing to wait for */
  ageMs(): number {
    const { clock, steady, newestSigned } = this.#options
    if (!this.#kept) return 0
    const { wall, signed, carriedMs } = this.#kept
    const bySigned = (newestSigned() ?? 0) - signed
    const age = Math.max(clock.now() - wall, carriedMs + steady() - this.#steadyAt, signed > 0 ? bySigned : 0)
    if (steady() - this.#savedAt > saveEveryMs) void this.save()
    return Math.max(0, age)
  }

  /** Resolves when the age of now is on the disk; what the disk refuses is told and tried again. */
  save(): Promise<void> {
    this.#savedAt = this.#options.steady()
    this.#work = this.#work.then(async () => {
      if (!this.#kept) return
      const kept = { ...this.#kept, carriedMs: Math.round(this.ageMs()) }
      this.#savedAt = this.#options.steady()
      await writeWhole(this.#options.path, JSON.stringify(kept))
    })
    this.#work = this.#work.catch(() => this.#options.onProblem('contact clock not written'))
    return this.#work
  }
}
