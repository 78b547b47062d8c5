/**
 * The lockouts of all names, kept in the vault so that a restart forgives nothing. Names are stored as keyed hashes:
 * somebody may have typed a PIN, or a citizen's name, where the name belongs.
 */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Vault } from '../vault/vault.ts'
import { noFailures, zLockout, type Lockout } from './lockout.ts'

const record = 'lockouts'
/** Names that nobody has could fill the disk; the one that was longest ago tried goes first. */
const mostUnknownNames = 500

const zBook = z.record(z.string(), zLockout.extend({ known: z.boolean() }))

export interface LockoutBook {
  get(name: string): Lockout
  /** Resolves when it is on the disk. */
  set(name: string, lockout: Lockout, known: boolean): Promise<void>
}

/** Reads the book from the vault. @throws VaultLocked */
export async function openLockoutBook(vault: Vault): Promise<LockoutBook> {
  const key = vault.derive('lockout names')
  const keyOf = (name: string) => createHmac('sha256', key).update(name).digest('base64url').slice(0, 22)
  const stored = await vault.read(record)
  let book = new Map(
    stored ? Object.entries(zBook.parse(JSON.parse(Buffer.from(stored).toString('utf8')))) : [],
  )

  return {
    get: (name) => book.get(keyOf(name)) ?? noFailures,
    async set(name, lockout, known) {
      const id = keyOf(name)
      const next = new Map(book)
      next.delete(id)
      if (lockout.failures > 0) next.set(id, { ...lockout, known })
      const unknown = [...next].filter(([, entry]) => !entry.known)
      for (const [old] of unknown.slice(0, Math.max(0, unknown.length - mostUnknownNames))) next.delete(old)
      await vault.write(record, Buffer.from(JSON.stringify(Object.fromEntries(next))))
      // Only now: a disk that is full must not lock anybody out.
      book = next
    },
  }
}
