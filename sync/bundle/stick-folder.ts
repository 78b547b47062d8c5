/**
 * The part of a stick that is ours: `IDKIOSK/<bundle>/HEAD.JWS` and `V0001.BIN` onwards. Everything on it is somebody
 * else's word: no link is followed, nothing but plain files of the expected size is read, and nothing outside is touched.
 */
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../write-whole.ts'
import { bundleLimits, zBundleName } from './z-bundle.ts'

const rootName = 'IDKIOSK'
export const headFile = 'HEAD.JWS'
export const volumeFile = (n: number) => `V${String(n + 1).padStart(4, '0')}.BIN`

export type ReadBack = (path: string, most: number) => Promise<Uint8Array>

/** A link, or something that is no folder, lies where ours would be. */
class NotOurs extends Error {
  readonly code = 'EACCES'
}

async function plainFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found && !found.isDirectory()) throw new NotOurs('a link lies where our folder would be')
  return found !== undefined
}

/** @param medium where it is mounted @returns the folder of that bundle, made where it is not there @throws the system's error */
export async function makeBundleFolder(medium: string, name: string): Promise<string> {
  const root = join(medium, rootName)
  const folder = join(root, zBundleName.parse(name))
  for (const path of [root, folder]) {
    if (await plainFolder(path)) continue
    await mkdir(path)
    await syncMedium(join(path, '..'))
  }
  return folder
}

/** @returns name and folder of whatever may be a bundle, at most `bundleLimits.bundles` @throws the system's error */
export async function bundleFolders(medium: string): Promise<{ name: string; folder: string }[]> {
  const root = join(medium, rootName)
  if (!(await plainFolder(root).catch(() => false))) return []
  const found = await readdir(root, { withFileTypes: true })
  return found
    .filter((one) => one.isDirectory() && zBundleName.safeParse(one.name).success)
    .slice(0, bundleLimits.bundles)
    .map(({ name }) => ({ name, folder: join(root, name) }))
}

/** Takes a bundle off the stick. @throws the system's error */
export async function removeFromStick(medium: string, name: string): Promise<void> {
  const root = join(medium, rootName)
  if (!(await plainFolder(root))) return
  await rm(join(root, zBundleName.parse(name)), { recursive: true, force: true })
  await syncMedium(root)
}

/**
 * @param most bytes, or `exactly` so many: what is longer or shorter is not read at all
 * @returns the bytes, or undefined where there is no such plain file
 */
export async function readPlain(
  path: string,
  size: { most: number } | { exactly: number },
): Promise<Uint8Array | undefined> {
  // NONBLOCK: what is no file but a pipe would keep us waiting.
  const how = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = await open(path, how).catch(() => undefined)
  if (!file) return undefined
  try {
    const is = await file.stat()
    if (!is.isFile()) return undefined
    if ('most' in size ? is.size > size.most : is.size !== size.exactly) return undefined
    const bytes = Buffer.alloc(is.size)
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at)
      if (bytesRead === 0) return undefined
      at += bytesRead
    }
    return bytes
  } catch {
    return undefined
  } finally {
    await file.close().catch(() => undefined)
  }
}

/** @returns the bytes of a plain file there, or undefined where there is none */
export async function plainSize(path: string): Promise<number | undefined> {
  const found = await lstat(path).catch(() => undefined)
  return found?.isFile() ? found.size : undefined
}

/**
 * Writes a file of ours anew and syncs it. Not renamed: on FAT a rename is no more atomic than a write, and nothing is
 * believed of a file but its hash. @throws the system's error; then nothing of it is left, if the stick still answers
 */
export async function writeAnew(path: string, bytes: Uint8Array): Promise<void> {
  await rm(path, { force: true })
  const how = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
  const file = await open(path, how, 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(path, { force: true }).catch(() => undefined)
    throw error
  }
  await file.close()
}

const cannotSync = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EISDIR', 'EPERM'])

/** Some drivers for foreign file systems (FUSE) cannot sync a folder; they have no names in memory to lose either. */
export async function syncMedium(folder: string): Promise<void> {
  try {
    await syncFolder(folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!cannotSync.has(code)) throw error
  }
}

/** The usual reading, where nothing better is given. */
export const plainReadBack: ReadBack = (path) => readFile(path)
