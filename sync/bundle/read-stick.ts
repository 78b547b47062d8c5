/** What lies on a stick, as far as it says so and its files are there. */
import { join } from 'node:path'
import { sha256Hex } from '../packet.ts'
import { readHead } from './bundle-head.ts'
import type { ReadVolume } from './open-bundle.ts'
import { bundleFolders, headFile, plainSize, readPlain, volumeFile } from './stick-folder.ts'
import { bundleLimits, type BundleFault, type BundleHead } from './z-bundle.ts'

export type FoundBundle =
  | { name: string; folder: string; fault: BundleFault }
  | {
      name: string
      folder: string
      /** not yet believed: its signature is looked at by who wants it */
      head: BundleHead
      headBytes: Uint8Array
      /** SHA-256 of the head: by it a bundle is known again */
      id: string
      /** of all volumes, and of those whose files are there with the right length */
      bytes: number
      thereBytes: number
    }

/** @param medium where it is mounted; nothing is written on it @throws the system's error where it cannot be read */
export async function bundlesOn(medium: string): Promise<FoundBundle[]> {
  const found: FoundBundle[] = []
  for (const { name, folder } of await bundleFolders(medium)) found.push(await look(name, folder))
  return found
}

async function look(name: string, folder: string): Promise<FoundBundle> {
  const headBytes = await readPlain(join(folder, headFile), { most: bundleLimits.headBytes })
  if (!headBytes) return { name, folder, fault: 'unreadable' }
  const head = readHead(headBytes)
  if (head.isErr()) return { name, folder, fault: head.error }
  if (head.value.bundle !== name) return { name, folder, fault: 'unreadable' }
  let bytes = 0
  let thereBytes = 0
  for (const [n, one] of head.value.volumes.entries()) {
    bytes += one.bytes
    if ((await plainSize(join(folder, volumeFile(n)))) === one.bytes) thereBytes += one.bytes
  }
  return { name, folder, head: head.value, headBytes, id: sha256Hex(headBytes), bytes, thereBytes }
}

/** @returns a reader of the volumes in that folder, each checked against the head */
export function volumesIn(folder: string, { volumes }: BundleHead): ReadVolume {
  return async (n) => {
    const expected = volumes[n]
    if (!expected) return undefined
    const bytes = await readPlain(join(folder, volumeFile(n)), { exactly: expected.bytes })
    return bytes && sha256Hex(bytes) === expected.sha256 ? bytes : undefined
  }
}
