/** Keeps the vault's key in a file that only this user may read. Protects against nobody who has the disk. */
import { readFile } from 'node:fs/promises'
import type { KeyCustody } from './key-custody.ts'
import { writeDurably } from './write-durably.ts'

/** @param path of the key file, made with mode 0600 */
export function fileCustody(path: string): KeyCustody {
  return {
    kind: 'file',
    async load() {
      try {
        return await readFile(path)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    keep: (key) => writeDurably(path, key),
  }
}

/** @returns whether the error says that there is no such file */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
