/** How fast the link was in the last run of the program, so that the first pieces of the next are not too small for it. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { writeWhole } from './write-whole.ts'

const zKept = z.object({ bytesPerSecond: z.number().positive().max(1e9) })

/** @returns bytes a second, or undefined where nothing is kept or it cannot be read */
export async function speedOfLastRun(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    return zKept.safeParse(JSON.parse(text)).data?.bytesPerSecond
  } catch {
    return undefined
  }
}

/** @throws what the file system threw */
export async function keepSpeed(path: string, bytesPerSecond: number | undefined): Promise<void> {
  if (bytesPerSecond !== undefined) await writeWhole(path, JSON.stringify({ bytesPerSecond }))
}
