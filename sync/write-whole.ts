/** A file that is there is there as a whole: written under a temporary name, fsync'ed, renamed, its folder fsync'ed. */
import * as nodeFs from 'node:fs/promises'
import { dirname } from 'node:path'

export type WholeFiles = Pick<typeof nodeFs, 'open' | 'rename' | 'unlink'>

/** several chunks are asked for one after the other, while they are written */
type Content = Uint8Array | string | Iterable<Uint8Array>

export interface WholeFile {
  path: string
  bytes: Content
  temporary: string
}

/** @param temporary default `path` and `.part` @throws what the file system threw; then `path` is as it was before */
export async function writeWhole(
  path: string,
  bytes: Content,
  files: WholeFiles = nodeFs,
  temporary = `${path}.part`,
): Promise<void> {
  await writeAllWhole(dirname(path), [{ path, bytes, temporary }], files)
}

/**
 * Several files of one folder. They are written and fsync'ed beside each other, so that the disk settles them together;
 * the first gets its name only after the last is on the disk, and the folder is fsync'ed once. A cut in between leaves
 * whole files, or temporary names, and never half a file under its name.
 *
 * @throws what the file system threw first; no temporary name is left then, and names that were given already stay
 */
export async function writeAllWhole(
  folder: string,
  wanted: readonly WholeFile[],
  files: WholeFiles = nodeFs,
): Promise<void> {
  // Nothing is cleared away while one of them is still being written.
  const written = await Promise.allSettled(wanted.map((one) => writeTemporary(one, files)))
  try {
    for (const one of written) if (one.status === 'rejected') throw one.reason
    for (const { temporary, path } of wanted) await files.rename(temporary, path)
    await syncFolder(folder, files)
  } catch (error) {
    await Promise.all(wanted.map(({ temporary }) => files.unlink(temporary).catch(() => undefined)))
    throw error
  }
}

async function writeTemporary({ temporary, bytes }: WholeFile, files: WholeFiles): Promise<void> {
  const file = await files.open(temporary, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
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
