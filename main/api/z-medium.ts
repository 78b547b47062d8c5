/** A stick or card that somebody plugged in and that can be written to, as the screens see it. */
import { z } from 'zod'

export const zMedium = z.object({
  /** the system's name of the partition, as `sdb1`; the screen gives it back to choose this one */
  id: z.string(),
  /** what its owner called it, as far as the system shows that */
  name: z.string(),
  freeBytes: z.number().int().nonnegative(),
  readOnly: z.boolean(),
})
export type Medium = z.infer<typeof zMedium>

/** As the system names partitions; nothing that could be a path. */
export const zMediumId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)

/** What was written: the names of the files, and of the medium. */
export const zSavedFiles = z.object({ medium: z.string(), files: z.array(z.string()) })
export type SavedFiles = z.infer<typeof zSavedFiles>
