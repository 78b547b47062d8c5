/** Writes files to a medium so that they are whole there, or not there at all. */
import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { syncFolder } from '../vault/write-durably.ts'
import { stickFaultOf } from '../../sync/bundle/stick-fault.ts'
import { readBack } from './read-back.ts'

export interface NewFile {
  /** a plain name, made by the host */
  name: string
  bytes: Uint8Array
}

/** What a test replaces, to see what a bad stick does. */
export interface MediumAccess {
  readBack: typeof readBack
}

/**
 * Resolves when the files are on the medium, were read back from it and are as they should be.
 * `stick.full`, `stick.read-only`, `stick.gone`, `stick.not-as-written`, `stick.failed`: then none of them is there.
 * @throws what is no failure of the medium
 */
export async function writeToMedium(
  folder: string,
  files: readonly NewFile[],
  access: MediumAccess = { readBack },
): Promise<Result<void, Failure>> {
  const paths = files.map(({ name }) => join(folder, name))
  try {
    for (const { name, bytes } of files) await writeWhole(folder, name, bytes)
    await syncMedium(folder)
    for (const { name, bytes } of files) {
      const read = await access.readBack(join(folder, name), bytes.length)
      if (!Buffer.from(bytes).equals(read)) {
        await forget(paths)
        return err({ code: 'stick.not-as-written' })
      }
    }
    return ok()
  } catch (error) {
    await forget(paths)
    return err({ code: stickFaultOf(error) })
  }
}

/** A link that lies on the stick must not lead us elsewhere: the file is a new one, never one that was there. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const fresh = join(folder, `${name}.new`)
  await rm(fresh, { force: true })
  const how = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
  try {
    const file = await open(fresh, how, 0o644)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, join(folder, name))
  } catch (error) {
    await forget([fresh])
    throw error
  }
}

/** Some drivers for foreign file systems (FUSE) cannot sync a folder; they have no names in memory to lose either. */
async function syncMedium(folder: string): Promise<void> {
  try {
    await syncFolder(folder)
  } catch (error) {
    if (!['EINVAL', 'ENOSYS', 'ENOTSUP', 'EISDIR'].includes(systemCode(error) ?? '')) throw error
  }
}

async function forget(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined)
}

const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
