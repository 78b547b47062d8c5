/**
 * Which requests were ever saved here, in a file of its own beside the database. Damage in the last record of LevelDB's
 * log looks like a torn end and is left out without a word, so the database alone cannot tell that a request is gone.
 *
 * A line each: a request id, or one behind a minus once a person was told that it is gone. It is written after the
 * request, and not fsync'ed: one that is missing here costs nothing, for the next start adds it from the database.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { zRequestId, type RequestId } from './z-facts.ts'

export class KnownRequests {
  readonly #path: string
  readonly #onProblem: (event: string) => void
  readonly #left = new Set<RequestId>()
  #work: Promise<void> = Promise.resolve()

  private constructor(path: string, onProblem: (event: string) => void) {
    this.#path = path
    this.#onProblem = onProblem
  }

  /**
   * Compares what was saved with what is there, and takes in what is there and was not noted.
   * @param here every request that is in the database
   */
  static async open(
    path: string,
    here: Iterable<RequestId>,
    onProblem: (event: string) => void,
  ): Promise<KnownRequests> {
    const known = new KnownRequests(path, onProblem)
    const text = await readFile(path, 'latin1').catch(() => '')
    for (const line of text.split('\n')) {
      const id = zRequestId.safeParse(line.replace(/^-/, ''))
      if (!id.success) continue
      if (line.startsWith('-')) known.#left.delete(id.data)
      else known.#left.add(id.data)
    }
    const unnoted: RequestId[] = []
    for (const id of here) if (!known.#left.delete(id)) unnoted.push(id)
    // A line that was cut stays a line of its own.
    if (unnoted.length > 0) known.#append(`\n${unnoted.join('\n')}\n`)
    await known.#work
    return known
  }

  /** saved once, not in the database when it was opened, and nobody was told */
  missing(): ReadonlySet<RequestId> {
    return this.#left
  }

  /** A person was told that it is gone, or the issuer has it. */
  told(id: RequestId): void {
    this.#left.delete(id)
    this.#append(`-${id}\n`)
  }

  /** A request was saved. */
  note(id: RequestId): void {
    this.#append(`${id}\n`)
  }

  /** Resolves when everything that was noted so far is written. */
  settled(): Promise<void> {
    return this.#work
  }

  #append(lines: string): void {
    this.#work = this.#work
      .then(() => appendFile(this.#path, lines, { mode: 0o600 }))
      .catch((error: unknown) => {
        this.#onProblem(`known requests not written: ${error instanceof Error ? error.name : 'unknown'}`)
      })
  }
}
