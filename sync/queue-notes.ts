/**
 * Local only: where each upload stands, and what the issuer would not take. A journal of one line a fact; what it lost the
 * issuer is asked again.
 */
import { appendFile, open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { zInstant, zSha256 } from './z-facts.ts'
import { writeWhole } from './write-whole.ts'

export interface Refusal {
  reason: string
  at: string
}

const zLine = z.union([
  /** the upload at the issuer, without its host, for the issuer may move; none: it begins anew */
  z.object({ upload: zSha256, url: z.string().max(400).optional() }),
  z.object({ done: zSha256 }),
  /** the issuer no longer has it */
  z.object({ undone: zSha256 }),
  z.object({ refused: z.string().max(200), reason: z.string().max(400), at: zInstant }),
  /** a person wants it offered again */
  z.object({ offered: z.string().max(200) }),
])
type Line = z.infer<typeof zLine>

export class QueueNotes {
  readonly #path: string
  readonly #onProblem: (event: string) => void
  readonly #urls = new Map<string, string>()
  readonly #done = new Set<string>()
  readonly #refused = new Map<string, Refusal>()
  #work: Promise<void> = Promise.resolve()

  private constructor(path: string, onProblem: (event: string) => void) {
    this.#path = path
    this.#onProblem = onProblem
  }

  /** Takes up the journal; a line that was cut or damaged is left out. */
  static async open(path: string, onProblem: (event: string) => void): Promise<QueueNotes> {
    const notes = new QueueNotes(path, onProblem)
    const text = await readFile(path, 'utf8').catch(() => '')
    for (const line of text.split('\n')) {
      const parsed = zLine.safeParse(jsonOf(line))
      if (parsed.success) notes.#apply(parsed.data)
    }
    return notes
  }

  url(sha256: string): string | undefined {
    return this.#urls.get(sha256)
  }
  isDone(sha256: string): boolean {
    return this.#done.has(sha256)
  }
  /** payloads that the issuer has whole, of requests of which it has not everything */
  done(): ReadonlySet<string> {
    return this.#done
  }
  anyRefused(): boolean {
    return this.#refused.size > 0
  }
  refusal(id: string): Refusal | undefined {
    return this.#refused.get(id)
  }
  /** document or payload → why and when it was refused */
  refused(): ReadonlyMap<string, Refusal> {
    return this.#refused
  }

  setUrl(sha256: string, url: string | undefined): Promise<void> {
    return this.#write({ upload: sha256, ...(url !== undefined && { url }) })
  }
  setDone(sha256: string): Promise<void> {
    return this.#write({ done: sha256 })
  }
  setUndone(sha256: string): Promise<void> {
    return this.#write({ undone: sha256 })
  }
  /** Resolves when it is on the disk: replication goes past a refused document and does not offer it again. */
  refuse(id: string, reason: string, at: string): Promise<void> {
    return this.#write({ refused: id, reason: reason.slice(0, 400), at }, true)
  }
  offerAgain(id: string): Promise<void> {
    return this.#write({ offered: id }, true)
  }

  /** Writes the journal anew without what is over. @param isOver of a payload: all of its request is with the issuer */
  async compact(isOver: (sha256: string) => boolean): Promise<void> {
    for (const sha256 of this.#done) if (isOver(sha256)) this.#done.delete(sha256)
    for (const sha256 of this.#urls.keys()) {
      if (isOver(sha256) || this.#done.has(sha256)) this.#urls.delete(sha256)
    }
    const lines: Line[] = [
      ...[...this.#urls].map(([upload, url]) => ({ upload, url })),
      ...[...this.#done].map((done) => ({ done })),
      ...[...this.#refused].map(([refused, why]) => ({ refused, ...why })),
    ]
    await this.#inOrder(() =>
      writeWhole(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    )
  }

  /** Resolves when everything that was noted so far is written. */
  settled(): Promise<void> {
    return this.#work
  }

  #apply(line: Line): void {
    if ('upload' in line) {
      if (line.url === undefined) this.#urls.delete(line.upload)
      else this.#urls.set(line.upload, line.url)
    } else if ('done' in line) {
      this.#done.add(line.done)
      this.#urls.delete(line.done)
    } else if ('undone' in line) this.#done.delete(line.undone)
    else if ('refused' in line) this.#refused.set(line.refused, { reason: line.reason, at: line.at })
    else this.#refused.delete(line.offered)
  }

  #write(line: Line, sync = false): Promise<void> {
    this.#apply(line)
    return this.#inOrder(async () => {
      await appendFile(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
      if (!sync) return
      const file = await open(this.#path, 'r+')
      await file.sync().finally(() => file.close())
    })
  }

  /** What the disk refuses is known until the end of this run, and the issuer is asked again in the next. */
  #inOrder(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step).catch((error: unknown) => {
      this.#onProblem(`queue notes not written: ${error instanceof Error ? error.name : 'unknown'}`)
    })
    return this.#work
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
