/**
 * When there was a link, why there was none, and how much went: by the hour, for the last weeks, so that a technician who
 * comes once a month sees more than the present moment. Figures only, nothing of any request.
 *
 * A journal of lines that add up: a line that was cut or damaged loses itself. Hours are dropped by their number and not
 * by their age, so that a clock which jumps cannot empty the diary.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { zLinkState, type LinkState } from './link.ts'
import { writeWhole } from './write-whole.ts'

const zCount = z.number().min(0).max(1e15)

export const zDiaryHour = z.object({
  /** its first instant, UTC */
  hour: z.iso.datetime(),
  /** bytes of payloads, questions and answers, without what carries them (headers, TLS) */
  up: zCount,
  down: zCount,
  /** requests of which the issuer then had everything */
  sent: zCount,
  /** how long the link was in each of its states; the rest of the hour the kiosk was off */
  seconds: z.partialRecord(zLinkState, zCount),
})
export type DiaryHour = z.infer<typeof zDiaryHour>

export const zDiaryChange = z.object({ at: z.iso.datetime(), link: zLinkState })
export type DiaryChange = z.infer<typeof zDiaryChange>

export interface LinkDiaryOptions {
  path: string
  clock: { now(): number }
  /** ms that only go forward */
  steady: () => number
  onProblem: (event: string) => void
}

/** 35 days of which no hour was without power. */
export const mostHours = 35 * 24
export const mostChanges = 200
const writeEveryMs = 300_000
const tickMs = 60_000
/** A tick that comes so late was asleep: nobody knows how the link was then. */
const asleepMs = 3 * tickMs
/** The file is written anew after so many lines. */
const linesBeforeAnew = 4_000
const hourMs = 3_600_000

export class LinkDiary {
  readonly #options: LinkDiaryOptions
  readonly #timer: ReturnType<typeof setInterval>
  readonly #hours = new Map<string, DiaryHour>()
  /** what was not written yet, in the same form */
  readonly #unwritten = new Map<string, DiaryHour>()
  #changes: DiaryChange[] = []
  #unwrittenChanges: DiaryChange[] = []
  #link: LinkState | undefined
  #countedTo: number
  #writtenAt: number
  #lines = 0
  #work: Promise<void> = Promise.resolve()

  private constructor(options: LinkDiaryOptions) {
    this.#options = options
    this.#countedTo = options.steady()
    this.#writtenAt = this.#countedTo
    this.#timer = setInterval(() => this.tick(), tickMs)
    this.#timer.unref()
  }

  /** Takes up what was written; what cannot be read is left out. */
  static async open(options: LinkDiaryOptions): Promise<LinkDiary> {
    const diary = new LinkDiary(options)
    const text = await readFile(options.path, 'utf8').catch(() => '')
    for (const line of text.split('\n')) diary.#takeLine(jsonOf(line))
    return diary
  }

  /** oldest first */
  hours(): DiaryHour[] {
    return [...this.#hours.values()].sort((a, b) => a.hour.localeCompare(b.hour))
  }
  /** the newest, oldest first */
  changes(): DiaryChange[] {
    return [...this.#changes]
  }

  /** The link is in this state from now on. */
  link(state: LinkState): void {
    if (state === this.#link) return
    this.#count()
    this.#link = state
    const change = { at: new Date(this.#options.clock.now()).toISOString(), link: state }
    this.#changes = [...this.#changes, change].slice(-mostChanges)
    this.#unwrittenChanges = [...this.#unwrittenChanges, change].slice(-mostChanges)
  }

  carried(up: number, down: number): void {
    this.#add({ up, down })
  }
  /** The issuer has everything of one more request. */
  sent(): void {
    this.#add({ sent: 1 })
  }

  /** Counts the time until now; writes from time to time. */
  tick(): void {
    this.#count()
    if (this.#options.steady() - this.#writtenAt >= writeEveryMs) void this.write()
  }

  /** Resolves when it is written; not fsync'ed, for some minutes of a diary are worth no fsync. */
  write(): Promise<void> {
    this.#writtenAt = this.#options.steady()
    const lines = [...this.#unwritten.values(), ...this.#unwrittenChanges]
    this.#unwritten.clear()
    this.#unwrittenChanges = []
    this.#work = this.#work
      .then(async () => {
        if (lines.length === 0) return
        this.#lines += lines.length
        if (this.#lines <= linesBeforeAnew) {
          return appendFile(this.#options.path, textOf(lines), { mode: 0o600 })
        }
        await writeWhole(this.#options.path, textOf([...this.#hours.values(), ...this.#changes]))
        this.#lines = this.#hours.size + this.#changes.length
      })
      .catch(() => this.#options.onProblem('link diary not written'))
    return this.#work
  }

  /** Resolves when everything that was to be written so far is. */
  settled(): Promise<void> {
    return this.#work
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#count()
    await this.write()
  }

  #count(): void {
    const now = this.#options.steady()
    const passed = now - this.#countedTo
    this.#countedTo = now
    if (this.#link === undefined || passed > asleepMs) return
    this.#add({ seconds: { [this.#link]: Math.round(passed) / 1_000 } })
  }

  #add(more: Partial<DiaryHour>): void {
    const now = this.#options.clock.now()
    const hour = new Date(now - (now % hourMs)).toISOString()
    for (const into of [this.#hours, this.#unwritten]) addTo(into, { hour, ...more })
    this.#bound()
  }

  #takeLine(line: unknown): void {
    const change = zDiaryChange.safeParse(line)
    const hour = zDiaryHour.safeParse(line)
    if (!change.success && !hour.success) return
    this.#lines += 1
    if (change.success) this.#changes = [...this.#changes, change.data].slice(-mostChanges)
    if (hour.success) addTo(this.#hours, hour.data)
    this.#bound()
  }

  #bound(): void {
    for (const oldest of this.#hours.keys()) {
      if (this.#hours.size <= mostHours) break
      this.#hours.delete(oldest)
    }
  }
}

function addTo(into: Map<string, DiaryHour>, more: Partial<DiaryHour> & Pick<DiaryHour, 'hour'>): void {
  const { hour, up = 0, down = 0, sent = 0, seconds = {} } = more
  const sum = into.get(hour) ?? { hour, up: 0, down: 0, sent: 0, seconds: {} }
  sum.up += up
  sum.down += down
  sum.sent += sent
  for (const link of zLinkState.options) {
    const passed = seconds[link]
    if (passed !== undefined) sum.seconds[link] = (sum.seconds[link] ?? 0) + passed
  }
  into.set(hour, sum)
}

const textOf = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
