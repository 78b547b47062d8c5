/**
 * Sealed payloads on the disk, each named by its SHA-256: written under a temporary name, fsync'ed, renamed, and the
 * folder fsync'ed, so that a name that is there always has its whole content.
 */
import * as nodeFs from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { sha256Hex, type SealedBlob } from './packet.ts'
import { syncFolder, WholeBatch } from './write-whole.ts'
import { zSha256 } from './z-facts.ts'

/** What may break while writing; the disk being full is the one that a person can mend. */
export type SaveFault = 'save.disk-full' | 'save.failed'

/** The calls that are made of the file system, so that a test can make them fail. */
export type BlobFiles = Pick<
  typeof nodeFs,
  'mkdir' | 'open' | 'rename' | 'unlink' | 'readdir' | 'readFile' | 'stat'
>

/** @returns the fault that an error of the file system or of LevelDB stands for */
export function saveFaultOf(error: unknown): SaveFault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const full = code === 'ENOSPC' || code === 'EDQUOT' || /ENOSPC|No space left/i.test(String(error))
  return full ? 'save.disk-full' : 'save.failed'
}

export interface Landing {
  /** Begins to write; how it went is told by `settle`. */
  write(bytes: Uint8Array): void
  /**
   * Resolves when everything that was written is on the disk under its name.
   * @param sha256 of each, in the order in which they were written
   */
  settle(sha256: readonly string[]): Promise<Result<null, SaveFault>>
}

export class Blobs {
  readonly #folder: string
  readonly #files: BlobFiles
  #written = 0

  private constructor(folder: string, files: BlobFiles) {
    this.#folder = folder
    this.#files = files
  }

  /** Opens the store and clears away what a crash left half written. */
  static async open(folder: string, files: BlobFiles = nodeFs): Promise<Blobs> {
    await files.mkdir(folder, { recursive: true, mode: 0o700 })
    const left = (await files.readdir(folder)).filter((name) => name.endsWith('.part'))
    await Promise.all(left.map((name) => files.unlink(join(folder, name))))
    return new Blobs(folder, files)
  }

  /** Resolves when the bytes and their name are on the disk. A payload that is there already is not written again. */
  async put(bytes: Uint8Array): Promise<Result<string, SaveFault>> {
    const sha256 = sha256Hex(bytes)
    return (await this.putAll([{ sha256, bytes }])).map(() => sha256)
  }

  /**
   * The same for all payloads of a request, settled together.
   * @param payloads each under the SHA-256 that it was given when it was sealed
   */
  async putAll(payloads: readonly SealedBlob[]): Promise<Result<null, SaveFault>> {
    const wanted = new Map(payloads.map((payload) => [payload.sha256, payload]))
    await Promise.all([...wanted.keys()].map(async (one) => (await this.has(one)) && wanted.delete(one)))
    const landing = this.land()
    for (const { bytes } of wanted.values()) landing.write(bytes)
    // Without one to write, too: the name that is there may stem from a try whose folder was never fsync'ed.
    return landing.settle([...wanted.keys()])
  }

  /** Payloads of one request that go to the disk while their names are still being worked out. */
  land(): Landing {
    const batch = new WholeBatch(this.#folder, this.#files)
    return {
      write: (bytes) => {
        this.#written += 1
        batch.write(join(this.#folder, `${process.pid}-${this.#written}.part`), bytes)
      },
      settle: async (sha256) => {
        try {
          await batch.finish(sha256.map((one) => this.path(one)))
          return ok(null)
        } catch (error) {
          return err(saveFaultOf(error))
        }
      },
    }
  }

  async has(sha256: string): Promise<boolean> {
    return this.#files.stat(this.path(sha256)).then(
      () => true,
      () => false,
    )
  }

  /** @returns the bytes, or undefined where they are not there or no longer what their name says */
  async read(sha256: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#files.readFile(this.path(sha256)).catch(() => undefined)
    return bytes && sha256Hex(bytes) === sha256 ? bytes : undefined
  }

  async remove(...sha256: readonly string[]): Promise<void> {
    for (const one of sha256) await this.#files.unlink(this.path(one)).catch(() => undefined)
    await syncFolder(this.#folder, this.#files)
  }

  /** @returns the SHA-256 of every payload that is here */
  async names(): Promise<string[]> {
    return (await this.#files.readdir(this.#folder)).filter((name) => zSha256.safeParse(name).success)
  }

  path(sha256: string): string {
    return join(this.#folder, zSha256.parse(sha256))
  }
}
