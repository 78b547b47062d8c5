/**
 * A long queue of which nothing was folded yet is read for the first time in a thread of its own, which leaves the
 * snapshot that every start takes up. What such a reading needs, two hundred megabytes with 20,000 requests, goes with the
 * thread; read here, it would stay with the process until it ends.
 */
import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { damagedLog } from './level-log.ts'
import { QueueIndex } from './queue-index.ts'

export interface ReadApart {
  /** the outbox; nobody has it open */
  folder: string
  notesPath: string
  snapshotPath: string
}

/** Below it, a reading here costs less than a thread. */
const worthBytes = 16 << 20
/**
 * Of the thread's memory: most of what is read is garbage at once, and would pile up before it is cleared away. A thread
 * that needs more falls, and the queue is read here.
 * @param bytes of the database
 */
const limitsFor = (bytes: number) => ({
  maxYoungGenerationSizeMb: 4,
  maxOldGenerationSizeMb: Math.max(64, Math.ceil((0.64 * bytes) / 2 ** 20)),
})

/**
 * Resolves when the thread is over. Whatever went wrong in it, there is then no snapshot, and who opens the queue reads
 * it, reports what cannot be read, and sets aside what is damaged.
 * @returns whether the queue was read
 */
export async function readApart(options: ReadApart, leastBytes = worthBytes): Promise<boolean> {
  const { folder, snapshotPath } = options
  const bytes = await bytesIn(folder)
  if (bytes < leastBytes || (await QueueIndex.isKept(snapshotPath))) return false
  // An opening would throw away what is to be set aside.
  if (damagedLog(folder) !== undefined) return false
  const file = fileURLToPath(new URL(`./read-apart-thread${extname(import.meta.url)}`, import.meta.url))
  const thread = new Worker(file, { workerData: options, resourceLimits: limitsFor(bytes) })
  thread.on('error', () => undefined)
  // Only when it is over does it no longer hold the database, whatever it fell by.
  return (await new Promise<number>((resolve) => thread.once('exit', resolve))) === 0
}

/** @returns the bytes of a database, without an opening; 0 where LevelDB would not open it */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch((): string[] => [])
  if (!names.includes('CURRENT')) return 0
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
