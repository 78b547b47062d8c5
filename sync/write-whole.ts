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

/** Several files of one folder: `WholeBatch` with all of them at once. @throws as `finish` does */
export async function writeAllWhole(
  folder: string,
  wanted: readonly WholeFile[],
  files: WholeFiles = nodeFs,
): Promise<void> {
  const batch = new WholeBatch(folder, files)
  for (const { temporary, bytes } of wanted) batch.write(temporary, bytes)
  await batch.finish(wanted.map(({ path }) => path))
}

/**
 * Several files of one folder, whose names need not be known while they are written. They are written and fsync'ed beside
 * each other, so that the disk settles them together; the first gets its name only after the last is on the disk, and
 * the folder is fsync'ed once. A cut in between leaves whole files, or temporary names, and never half a file under its
 * name.
 */
export class WholeBatch {
  readonly #folder: string
  readonly #files: WholeFiles
  readonly #temporary: string[] = []
  readonly #written: Promise<PromiseSettledResult<void>[]>[] = []

  constructor(folder: string, files: WholeFiles = nodeFs) {
    this.#folder = folder
    this.#files = files
  }

  /** Begins at once; how it went is told by `finish`. */
  write(temporary: string, bytes: Content): void {
    this.#temporary.push(temporary)
    this.#written.push(Promise.allSettled([writeTemporary(temporary, bytes, this.#files)]))
  }

  /**
   * @param paths what each is called, in the order in which they were written
   * @throws what the file system threw first; no temporary name is left then, and names that were given already stay
   */
  async finish(paths: readonly string[]): Promise<void> {
    const files = this.#files
    // Nothing is cleared away while one of them is still being written, or named.
    try {
      for (const one of (await Promise.all(this.#written)).flat()) refuse(one)
      const named = this.#temporary.map((temporary, n) => files.rename(temporary, paths[n] ?? temporary))
      for (const one of await Promise.allSettled(named)) refuse(one)
      await syncFolder(this.#folder, files)
    } catch (error) {
      await Promise.all(this.#temporary.map((one) => files.unlink(one).catch(() => undefined)))
      throw error
    }
  }
}

function refuse(result: PromiseSettledResult<void>): void {
  if (result.status === 'rejected') throw result.reason
}

async function writeTemporary(temporary: string, bytes: Content, files: WholeFiles): Promise<void> {
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
