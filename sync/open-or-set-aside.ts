/**
 * Opens a database of the queue, whatever state it is in. One that LevelDB cannot read is moved aside as it is, and what
 * can still be read of a copy of it goes into a fresh one; the kiosk starts in any case.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import leveldown from 'leveldown'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { openDurableStore } from './durable-store.ts'
import { saveFaultOf } from './blobs.ts'
import { clearUnfinished } from './first-open.ts'
import { damagedLog, mendLogs } from './level-log.ts'
import type { SetAside } from './set-aside.ts'

export interface OpenedDatabase<T extends object> {
  database: PouchDB<T>
  /** why the one before was set aside; then its documents were taken over as far as they could be read */
  damage?: string
  salvaged: number
}

/**
 * @param salvage whether documents are worth taking over; what the issuer has anyhow comes again by itself
 * @throws Error - if another process has it open, the folder may not be written, or the disk is full: nothing is damaged
 *   then, and what lies there is left alone
 */
export async function openOrSetAside<T extends object>(options: {
  folder: string
  name: string
  salvage: boolean
  setAside: SetAside
}): Promise<OpenedDatabase<T>> {
  const { folder, name, salvage, setAside } = options
  clearUnfinished(folder)
  let damage = missingNames(folder) ?? damagedLog(folder)
  if (damage === undefined) {
    const database = openDurableStore<T>(folder)
    try {
      await database.info()
      return { database, salvaged: 0 }
    } catch (error) {
      if (!isDamage(error)) throw error
      damage = String(error)
    }
  }
  const kept = await setAside.keep({ kind: 'database', name, reason: damage }, { path: folder })
  const documents = salvage ? await salvageFrom(kept, `${folder}.salvage`).catch(() => []) : []
  const database = openDurableStore<T>(folder)
  for (let from = 0; from < documents.length; from += 500) {
    await database.bulkDocs(documents.slice(from, from + 500) as never, { new_edits: false })
  }
  return { database, damage, salvaged: documents.length }
}

/** LevelDB would begin an empty database where its `CURRENT` is gone, and clear away the rest as of no use. */
function missingNames(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder)
  const has = names.some((name) => /\.(ldb|sst)$|^MANIFEST-/.test(name))
  return has && !names.includes('CURRENT') ? 'CURRENT is missing' : undefined
}

/** Not of them: a database that somebody else holds, and a disk or a folder that lets nothing be written. */
function isDamage(error: unknown): boolean {
  const text = String(error)
  return (
    saveFaultOf(error) !== 'save.disk-full' &&
    !/\/LOCK\b|already held|Permission denied|Read-only|Too many open files/i.test(text)
  )
}

const zKept = z.looseObject({ _id: z.string(), _rev: z.string(), _deleted: z.literal(true).optional() })

interface Salvager {
  open(options: object, done: (error?: Error) => void): void
  iterator(options: object): {
    next(done: (error: Error | undefined, key?: Buffer, value?: Buffer) => void): void
    end(done: () => void): void
  }
  close(done: () => void): void
}

/** Works on a copy, for LevelDB's repair throws away what it cannot use. @returns each document that can be read */
async function salvageFrom(kept: string, copy: string): Promise<z.infer<typeof zKept>[]> {
  rmSync(copy, { recursive: true, force: true })
  try {
    await cp(kept, copy, { recursive: true })
    mendLogs(copy)
    await new Promise<void>((resolve, reject) => {
      leveldown.repair(copy, (error?: Error) => (error ? reject(error) : resolve()))
    })
    const level = leveldown(copy) as Salvager
    await new Promise<void>((resolve, reject) =>
      level.open({}, (error) => (error ? reject(error) : resolve())),
    )
    // Where PouchDB keeps the documents themselves, by the order in which they were written.
    const iterator = level.iterator({ gt: '\u00ffby-sequence\u00ff', lt: '\u00ffby-sequence\u00ff\uffff' })
    // What was written last of each counts: what was deleted then is not to come back.
    const found = new Map<string, z.infer<typeof zKept>>()
    for (;;) {
      const value = await new Promise<Buffer | undefined>((resolve) => {
        iterator.next((error, _key, one) => resolve(error ? undefined : one))
      })
      if (value === undefined) break
      const parsed = zKept.safeParse(jsonOf(value.toString('utf8')))
      if (parsed.success) found.set(parsed.data._id, parsed.data)
    }
    await new Promise<void>((resolve) => iterator.end(resolve))
    await new Promise<void>((resolve) => level.close(resolve))
    return [...found.values()].filter(({ _deleted }) => _deleted !== true)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
