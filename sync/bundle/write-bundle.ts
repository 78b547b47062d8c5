/**
 * Writes a bundle to a stick, or goes on with one. The head goes first: it names what the volumes are, so that whoever
 * gets a stick that was pulled out too early can take the whole ones. What is there already is read back and left.
 */
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { sha256Hex } from '../packet.ts'
import {
  headFile,
  makeBundleFolder,
  plainReadBack,
  plainSize,
  syncMedium,
  volumeFile,
  writeAnew,
  type ReadBack,
} from './stick-folder.ts'
import { stickFaultOf, type StickFault } from './stick-fault.ts'
import type { BundleHead } from './z-bundle.ts'

export interface WriteOptions {
  /** where the stick is mounted */
  medium: string
  head: BundleHead
  headBytes: Uint8Array
  /** @throws whatever stopped it */
  volume: (n: number) => Promise<Uint8Array>
  /** reads past the system's memory */
  readBack?: ReadBack
  /** bytes that are on the stick and were read back, and bytes that were found there */
  onProgress?: (done: number, found: number) => void
  signal?: AbortSignal | undefined
  /** bytes free on the stick; default: what its file system says */
  freeBytes?: (medium: string) => Promise<number>
}

/** A file system needs some room of its own. */
const reserveBytes = 65_536

const freeOf = (medium: string) => statfs(medium).then(({ bavail, bsize }) => bavail * bsize)

/**
 * Resolves when the whole bundle is on the stick and was read back, or with why not; then what is verified stays there
 * for the next try. `stopped`: whoever asked for it gave up
 */
export async function writeBundle(
  options: WriteOptions,
): Promise<Result<{ written: number; found: number }, StickFault | 'stopped'>> {
  const { medium, head, headBytes, volume, readBack = plainReadBack, onProgress, signal } = options
  /** @returns whether the file is there with exactly that content, read from the medium */
  async function isThere(path: string, expected: { bytes: number; sha256: string }): Promise<boolean> {
    if ((await plainSize(path)) !== expected.bytes) return false
    return sha256Hex(await readBack(path, expected.bytes)) === expected.sha256
  }
  async function put(path: string, bytes: Uint8Array): Promise<boolean> {
    await writeAnew(path, bytes)
    await syncMedium(join(path, '..'))
    return isThere(path, { bytes: bytes.length, sha256: sha256Hex(bytes) })
  }

  try {
    const folder = await makeBundleFolder(medium, head.bundle)
    const missing: number[] = []
    let found = 0
    for (const [n, one] of head.volumes.entries()) {
      if (signal?.aborted) return err('stopped')
      if (await isThere(join(folder, volumeFile(n)), one)) found += one.bytes
      else missing.push(n)
      onProgress?.(found, found)
    }
    const needed = missing.reduce((sum, n) => sum + (head.volumes[n]?.bytes ?? 0), 0)
    const free = await (options.freeBytes ?? freeOf)(medium)
    if (needed > 0 && needed + reserveBytes > free) return err('stick.full')
    const headPath = join(folder, headFile)
    const ofHead = { bytes: headBytes.length, sha256: sha256Hex(headBytes) }
    if (!(await isThere(headPath, ofHead)) && !(await put(headPath, headBytes)))
      return err('stick.not-as-written')
    let written = 0
    for (const n of missing) {
      if (signal?.aborted) return err('stopped')
      const bytes = await volume(n)
      if (!(await put(join(folder, volumeFile(n)), bytes))) return err('stick.not-as-written')
      written += bytes.length
      onProgress?.(found + written, found)
    }
    return ok({ written, found })
  } catch (error) {
    return err(stickFaultOf(error))
  }
}
