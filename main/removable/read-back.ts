/**
 * Reads a file from the medium itself. What was just written is still in the system's memory, and reading that would
 * prove nothing about a worn or a forged stick: `dd` asks for the bytes past it (O_DIRECT). A file system that knows no
 * such reading (FUSE, tmpfs) is read in the usual way.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

const waitMs = 30_000

/** @param most bytes that can come @throws the system's error where the file cannot be read */
export async function readBack(path: string, most: number): Promise<Uint8Array> {
  const direct = await new Promise<Uint8Array | undefined>((resolve) => {
    execFile(
      'dd',
      [`if=${path}`, 'iflag=direct', 'bs=64K', 'status=none'],
      { encoding: 'buffer', maxBuffer: most + 65_536, timeout: waitMs },
      (error, stdout) => resolve(error ? undefined : stdout),
    )
  })
  return direct ?? readFile(path)
}
