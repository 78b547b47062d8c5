/**
 * What the kiosk cannot read, and what the issuer will not take: kept apart with its reason, so that it blocks nothing, is
 * shown, and nobody has to believe that it is gone. Each thing lies in a folder of its own beside a `reason.json`.
 */
import { createHash } from 'node:crypto'
import * as nodeFs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { syncFolder, writeWhole } from './write-whole.ts'

export const zSetAside = z.object({
  kind: z.enum(['database', 'document', 'payload']),
  /** of the database, the document's id, or the payload's SHA-256 */
  name: z.string().max(200),
  /** technical, in English, without personal data */
  reason: z.string().max(400),
  at: z.iso.datetime(),
})
export type SetAsideEntry = z.infer<typeof zSetAside>
/** With the folder of its own, below that of everything set aside. */
export type KeptAside = SetAsideEntry & { place: string }

export type SetAsideFiles = Pick<
  typeof nodeFs,
  'mkdir' | 'readdir' | 'readFile' | 'rename' | 'cp' | 'open' | 'unlink'
>

export class SetAside {
  readonly #folder: string
  readonly #clock: { now(): number }
  readonly #files: SetAsideFiles
  readonly #entries = new Map<string, KeptAside>()
  readonly #listeners = new Set<() => void>()

  private constructor(folder: string, clock: { now(): number }, files: SetAsideFiles) {
    this.#folder = folder
    this.#clock = clock
    this.#files = files
  }

  /** Opens the folder; what in it cannot be read stays there and is not listed. */
  static async open(
    folder: string,
    clock: { now(): number },
    files: SetAsideFiles = nodeFs,
  ): Promise<SetAside> {
    const opened = new SetAside(folder, clock, files)
    await files.mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of (await files.readdir(folder)).sort()) {
      const text = await files.readFile(join(folder, name, 'reason.json'), 'utf8').catch(() => '')
      const parsed = zSetAside.safeParse(jsonOf(text))
      if (parsed.success) opened.#entries.set(keyOf(parsed.data), { ...parsed.data, place: name })
    }
    return opened
  }

  /** newest first */
  list(): KeptAside[] {
    return [...this.#entries.values()].sort((a, b) => b.at.localeCompare(a.at))
  }

  has(kind: SetAsideEntry['kind'], name?: string): boolean {
    return [...this.#entries.values()].some(
      (entry) => entry.kind === kind && (name === undefined || entry.name === name),
    )
  }

  /**
   * Keeps a thing. One that was kept before under that name is not kept again, except a database.
   * @param what bytes to write, or a file or folder that is moved here
   * @returns where it lies
   */
  async keep(
    entry: Pick<SetAsideEntry, 'kind' | 'name' | 'reason'>,
    what: { bytes: Uint8Array } | { path: string },
  ): Promise<string> {
    const at = new Date(this.#clock.now()).toISOString()
    const own = this.#nameFor(entry, at)
    const folder = join(this.#folder, own)
    const place = join(folder, 'kept')
    await this.#files.mkdir(folder, { recursive: true, mode: 0o700 })
    if ('bytes' in what) await writeWhole(place, what.bytes, this.#files)
    else await this.#files.rename(what.path, place)
    const noted: SetAsideEntry = { ...entry, reason: entry.reason.slice(0, 400), at }
    await writeWhole(join(folder, 'reason.json'), Buffer.from(JSON.stringify(noted)), this.#files)
    await syncFolder(this.#folder, this.#files)
    this.#entries.set(keyOf(noted), { ...noted, place: own })
    for (const listener of this.#listeners) listener()
    return place
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #nameFor({ kind, name }: Pick<SetAsideEntry, 'kind' | 'name'>, at: string): string {
    const plain = /^[\w.-]{1,80}$/.test(name)
      ? name
      : createHash('sha256').update(name).digest('hex').slice(0, 32)
    // Each loss of a database is a loss of its own.
    return kind === 'database' ? `${kind}-${plain}-${at.replaceAll(':', '')}` : `${kind}-${plain}`
  }
}

const keyOf = ({ kind, name, at }: SetAsideEntry) =>
  kind === 'database' ? `${kind} ${name} ${at}` : `${kind} ${name}`

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
