/** Payloads as files of this machine, named by their hash. */
import { mkdirSync } from 'node:fs'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeWhole } from '../../write-whole.ts'
import { zSha256 } from '../../z-facts.ts'
import type { PayloadStore } from './payload-store.ts'

/** @param folder on the same file system as the spool */
export interface FolderPayloads extends PayloadStore {
  forget(all: readonly string[]): Promise<void>
}

export function openFolderPayloads(folder: string): FolderPayloads {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = (sha256: string) => join(folder, zSha256.parse(sha256))
  return {
    async put(sha256, bytes, spooled) {
      if (spooled === undefined) return writeWhole(path(sha256), bytes)
      await syncToDisk(spooled)
      await rename(spooled, path(sha256))
      await syncFolder(folder)
    },
    async forget(all) {
      for (const sha256 of all) await rm(path(sha256), { force: true })
    },
    has: async (sha256) => (await stat(path(sha256)).catch(absent)) !== undefined,
    read: (sha256) => readFile(path(sha256)).catch(absent),
  }
}

/** What is not there is not there; every other failure says nothing of it. */
function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
