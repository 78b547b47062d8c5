/** Which bundles were dealt with, by the SHA-256 of their head: a stick that goes round is not taken twice. */
import { appendFile, open, readFile } from 'node:fs/promises'
import { zSha256 } from '../z-facts.ts'

export class TakenBook {
  readonly #path: string
  readonly #ids: Set<string>

  private constructor(path: string, ids: Set<string>) {
    this.#path = path
    this.#ids = ids
  }

  static async open(path: string): Promise<TakenBook> {
    const text = await readFile(path, 'utf8').catch(() => '')
    return new TakenBook(path, new Set(text.split('\n').filter((line) => zSha256.safeParse(line).success)))
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  /** What the disk does not take is known until the end of this run, and taken once more after it. */
  async add(id: string): Promise<void> {
    if (this.#ids.has(id)) return
    this.#ids.add(id)
    try {
      await appendFile(this.#path, `${zSha256.parse(id)}\n`, { mode: 0o600 })
      const file = await open(this.#path, 'r+')
      await file.sync().finally(() => file.close())
    } catch {
      // Said above.
    }
  }
}
