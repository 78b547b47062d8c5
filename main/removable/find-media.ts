/**
 * Which removable media are mounted now, read from the kernel's own files on Linux: `/proc/mounts`, and below `/sys` what
 * a partition hangs on. The kiosk mounts nothing itself; whatever mounts sticks on the machine does.
 * Elsewhere there are no such files, and nothing is found.
 */
import { readFile, realpath, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Medium } from '../api/z-medium.ts'

export interface FoundMedium extends Medium {
  /** where its files are */
  folder: string
}

interface Mount {
  device: string
  folder: string
  options: readonly string[]
}

/** Where desktops and udisks mount what somebody plugs in. */
const plugFolders = /^\/(run\/)?media\//
/** What lies here belongs to the machine, and so does the disk under it, even if that is one that could be unplugged. */
const ofTheMachine = /^\/($|(boot|efi|etc|home|opt|srv|usr|var)($|\/))/

/** @param root of the file system; another one in tests and in the demonstration */
export async function findMedia(root = '/'): Promise<FoundMedium[]> {
  const mounts = parseMounts(await readText(join(root, 'proc/mounts')))
  const own = new Set<string>()
  for (const mount of mounts) {
    if (ofTheMachine.test(mount.folder)) own.add((await diskOf(root, mount.device)).disk)
  }
  const found = new Map<string, FoundMedium>()
  for (const mount of mounts) {
    const id = basename(mount.device)
    if (found.has(id) || ofTheMachine.test(mount.folder)) continue
    const { disk, removable } = await diskOf(root, mount.device)
    if (own.has(disk) || !(removable || plugFolders.test(mount.folder))) continue
    const medium = await describe(root, id, mount)
    if (medium) found.set(id, medium)
  }
  return [...found.values()]
}

/** @param text of `/proc/mounts` @returns the mounts of block devices */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [device = '', folder = '', , options = ''] = line.split(' ')
    if (!device.startsWith('/dev/')) return []
    return [{ device: unescape(device), folder: unescape(folder), options: options.split(',') }]
  })
}

/** The kernel writes space, tab, newline and backslash in octal. */
const unescape = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** @returns the disk that the partition is part of, and whether the system takes it for one that comes and goes */
async function diskOf(root: string, device: string): Promise<{ disk: string; removable: boolean }> {
  const name = basename(device)
  let path
  try {
    path = await realpath(join(root, 'sys/class/block', name))
  } catch {
    return { disk: name, removable: false }
  }
  const parent = dirname(path)
  const disk = (await readText(join(path, 'partition'))) === '' ? path : parent
  const flag = (await readText(join(disk, 'removable'))).trim()
  // A disk on USB says of itself that it cannot be removed: only its reader or stick could, in the terms of the kernel.
  return { disk: basename(disk), removable: flag === '1' || /\/usb\d+\//.test(disk) }
}

async function describe(root: string, id: string, mount: Mount): Promise<FoundMedium | undefined> {
  const folder = join(root, mount.folder)
  try {
    const { bavail, bsize } = await statfs(folder)
    return {
      ...{ id, name: basename(mount.folder), folder },
      freeBytes: bavail * bsize,
      readOnly: mount.options.includes('ro'),
    }
  } catch {
    // It was pulled out while we looked.
    return undefined
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}
