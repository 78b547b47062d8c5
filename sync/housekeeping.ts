/** What is done while nobody waits for anything: payloads that are safe elsewhere go, and the databases give back room. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type PouchDB from 'pouchdb'
import { compactLevel } from './durable-store.ts'

export interface Kept {
  at: string
  /** payloads that were given back, and their bytes */
  payloads: number
  bytes: number
  /** the databases before and after, in bytes, and how long that took */
  databaseBytesBefore: number
  databaseBytesAfter: number
  ms: number
}

export interface Store {
  folder: string
  database: Pick<PouchDB, 'compact'>
}

export interface HousekeepingOptions {
  stores: readonly Store[]
  giveBack: () => Promise<{ payloads: number; bytes: number }>
  isIdle: () => boolean
  clock: { now(): number }
  everyMs: number
  onProblem: (event: string) => void
}

export class Housekeeping {
  readonly #options: HousekeepingOptions
  readonly #timer: ReturnType<typeof setInterval>
  #running: Promise<Kept | undefined> | undefined
  #last: Kept | undefined

  constructor(options: HousekeepingOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      if (options.isIdle()) void this.run()
    }, options.everyMs)
    this.#timer.unref()
  }

  /** what was done last */
  get last(): Kept | undefined {
    return this.#last
  }

  /** Does it now. @returns what was done, or undefined where it failed */
  run(): Promise<Kept | undefined> {
    this.#running ??= this.#once()
      .catch((error: unknown) => {
        this.#options.onProblem(`housekeeping failed: ${error instanceof Error ? error.name : 'unknown'}`)
        return undefined
      })
      .finally(() => (this.#running = undefined))
    return this.#running
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  async #once(): Promise<Kept> {
    const { stores, giveBack, clock } = this.#options
    const { payloads, bytes } = await giveBack()
    const began = performance.now()
    const databaseBytesBefore = await bytesBelow(stores)
    for (const { database, folder } of stores) {
      await database.compact()
      await compactLevel(folder)
    }
    const databaseBytesAfter = await bytesBelow(stores)
    const ms = Math.round(performance.now() - began)
    const at = new Date(clock.now()).toISOString()
    this.#last = { at, payloads, bytes, databaseBytesBefore, databaseBytesAfter, ms }
    return this.#last
  }
}

async function bytesBelow(stores: readonly Store[]): Promise<number> {
  let sum = 0
  for (const { folder } of stores) {
    for (const name of await readdir(folder).catch(() => [])) {
      sum += await stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      )
    }
  }
  return sum
}
