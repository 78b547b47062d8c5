/**
 * One kiosk a data folder. The lock is a file that names its holder; it survives `kill -9` and a power cut, and then says
 * of itself that it is stale: a process id alone would not, because the next boot gives the same ids to others.
 */
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const zHolder = z.object({
  pid: z.number().int().positive(),
  /** what tells this process from a later one with the same id; absent where the system does not say */
  birth: z.string().optional(),
})
type Holder = z.infer<typeof zHolder>

export type DataFolderLock = { held: true; release(): void } | { held: false; pid: number }

/** What the lock has to know of the machine; tests give another. */
export interface ProcessTable {
  isAlive(pid: number): boolean
  birthOf(pid: number): string | undefined
}

/**
 * @param folder the data folder; made if it is not there
 * @returns the lock, or the id of the process that runs on this data now. Two that start at once: one gets it.
 */
export function holdDataFolder(folder: string, table: ProcessTable = systemProcesses): DataFolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = join(folder, 'kiosk.lock')
  const unique = `${lock}.${process.pid}.${randomBytes(6).toString('hex')}`
  const own: Holder = { pid: process.pid, birth: table.birthOf(process.pid) }
  const text = JSON.stringify(own)
  // A link appears whole or not at all, and fails if the name is taken: nobody ever reads half a holder.
  writeFileSync(unique, text, { mode: 0o600, flush: true })
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (tryLink(unique, lock)) return { held: true, release: () => releaseOwn(lock, text) }
      const found = read(lock)
      if (found === undefined) continue
      const holder = parse(found)
      if (holder && isRunning(holder, table)) return { held: false, pid: holder.pid }
      putAside(lock, found)
    }
    return { held: false, pid: parse(read(lock) ?? '')?.pid ?? 0 }
  } finally {
    rmSync(unique, { force: true })
  }
}

function isRunning({ pid, birth }: Holder, table: ProcessTable): boolean {
  return table.isAlive(pid) && (birth === undefined || birth === table.birthOf(pid))
}

/** Takes a stale lock away; if another start was quicker and the lock is a living one by now, it is put back. */
function putAside(lock: string, stale: string): void {
  const aside = `${lock}.stale.${randomBytes(6).toString('hex')}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  if (read(aside) !== stale) tryLink(aside, lock)
  rmSync(aside, { force: true })
}

function releaseOwn(lock: string, text: string): void {
  if (read(lock) === text) unlinkSync(lock)
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function parse(text: string): Holder | undefined {
  try {
    return zHolder.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const systemProcesses: ProcessTable = {
  isAlive(pid) {
    try {
      process.kill(pid, 0)
      return true
    } catch (error) {
      // EPERM: it lives and belongs to somebody else.
      return error instanceof Error && 'code' in error && error.code === 'EPERM'
    }
  },
  /** Linux: the boot and the tick at which the process began. */
  birthOf(pid) {
    const boot = read('/proc/sys/kernel/random/boot_id')?.trim()
    // The name in the second field may hold spaces and brackets; the fields after it do not.
    const fields = read(`/proc/${pid}/stat`)?.split(') ').pop()?.split(' ')
    const ticks = fields?.[19]
    return boot && ticks ? `${boot}:${ticks}` : undefined
  },
}
