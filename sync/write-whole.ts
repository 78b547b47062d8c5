/** A file that is there is there as a whole: written under a temporary name, fsync'ed, renamed, its folder fsync'ed. */
import * as nodeFs from 'node:fs/promises'
import { dirname } from 'node:path'

export type WholeFiles = Pick<typeof nodeFs, 'open' | 'rename' | 'unlink'>

/** @param temporary default `path` and `.part` @throws what the file system threw; then `path` is as it was before */
export async function writeWhole(
  path: string,
  bytes: Uint8Array | string,
  files: WholeFiles = nodeFs,
  temporary = `${path}.part`,
): Promise<void> {
  try {
    const file = await files.open(temporary, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await files.rename(temporary, path)
    await syncFolder(dirname(path), files)
  } catch (error) {
    await files.unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** A name that was given or taken in a folder is on the disk when this resolves. */
export async function syncFolder(path: string, files: Pick<WholeFiles, 'open'> = nodeFs): Promise<void> {
  const folder = await files.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
