/**
 * Back to new, in an order that a power cut cannot turn into a half: a mark says that it was decided; the key goes first, so
 * that what is left of anything cannot be read; then everything else; the mark goes last. Whoever starts finds the mark and
 * ends what was begun.
 */
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../vault/write-durably.ts'

const mark = 'factory-reset.json'
/** in whichever shell's way of keeping it */
const keys = ['vault.key', 'vault.key.sealed']
/** What is not of any citizen and stays: the technician's settings, and the lock of the process that erases. */
const stays = new Set(['config.json', 'kiosk.lock', mark])

/** Resolves when the decision is on the disk. */
export const decideReset = (dataDir: string, at: string): Promise<void> =>
  writeDurably(join(dataDir, mark), Buffer.from(`${JSON.stringify({ at })}\n`))

export const isResetDecided = (dataDir: string): boolean => existsSync(join(dataDir, mark))

/** Erases if it was decided. Nothing may be open in the folder. @returns whether there was anything to do */
export async function eraseIfDecided(
  dataDir: string,
  remove: (path: string) => Promise<void> = (path) => rm(path, { recursive: true, force: true }),
): Promise<boolean> {
  if (!isResetDecided(dataDir)) return false
  for (const key of keys) await remove(join(dataDir, key))
  for (const name of await readdir(dataDir)) if (!stays.has(name)) await remove(join(dataDir, name))
  await remove(join(dataDir, mark))
  return true
}
