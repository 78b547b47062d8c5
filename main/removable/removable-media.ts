/** The sticks that are plugged in now, and writing to the one that a person chose. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import { findMedia, type FoundMedium } from './find-media.ts'
import { writeToMedium, type NewFile } from './write-to-medium.ts'
import type { Medium, SavedFiles } from '../api/z-medium.ts'

export interface RemovableMedia {
  list(): Promise<Medium[]>
  /** where it is mounted now; `stick.none`, `stick.gone`, `stick.read-only` */
  mounted(id: string, how: 'to-read' | 'to-write'): Promise<Result<FoundMedium, Failure>>
  /** `stick.none` when there is nothing plugged in at all, `stick.gone`, and the codes of `writeToMedium` */
  write(id: string, files: readonly NewFile[]): Promise<Result<SavedFiles, Failure>>
}

/** A file system needs some room of its own. */
const reserveBytes = 65_536

/** @param root as for `findMedia` */
export function createRemovableMedia(root?: string): RemovableMedia {
  /** Looked for anew each time: where it was mounted, there is an empty folder of our own disk once it is pulled out. */
  async function mounted(id: string, how: 'to-read' | 'to-write'): Promise<Result<FoundMedium, Failure>> {
    const media = await findMedia(root)
    const medium = media.find((one) => one.id === id)
    if (!medium) return err({ code: media.length === 0 ? 'stick.none' : 'stick.gone' })
    return how === 'to-write' && medium.readOnly ? err({ code: 'stick.read-only' }) : ok(medium)
  }

  async function write(id: string, files: readonly NewFile[]): Promise<Result<SavedFiles, Failure>> {
    const found = await mounted(id, 'to-write')
    if (found.isErr()) return err(found.error)
    const medium = found.value
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
    if (bytes + reserveBytes > medium.freeBytes) return err({ code: 'stick.full' })
    const written = await writeToMedium(medium.folder, files)
    if (written.isErr()) return err(written.error)
    const still = (await findMedia(root)).some((one) => one.id === id)
    if (!still) return err({ code: 'stick.gone' })
    return ok({ medium: medium.name, files: files.map(({ name }) => name) })
  }

  return { list: async () => (await findMedia(root)).map(asShown), mounted, write }
}

const asShown = ({ id, name, freeBytes, readOnly }: FoundMedium): Medium => ({
  ...{ id, name, freeBytes, readOnly },
})
