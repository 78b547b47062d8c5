/**
 * What was folded from a database, kept beside it so that a start need not fold it again. It is a cache: one that is
 * missing, old or damaged costs time and nothing else.
 */
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { sha256Hex } from './packet.ts'
import { writeWhole } from './write-whole.ts'

/** @param content whatever JSON can hold @throws what the file system threw */
export async function saveSnapshot(path: string, content: unknown): Promise<void> {
  const text = JSON.stringify(content)
  await writeWhole(path, `${sha256Hex(Buffer.from(text))}\n${text}`)
}

/** @returns what was saved last, or undefined where it is not there, not whole, or not what `schema` says */
export async function loadSnapshot<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes || bytes.length < 66) return undefined
  const body = bytes.subarray(65)
  if (sha256Hex(body) !== bytes.subarray(0, 64).toString('latin1')) return undefined
  try {
    return schema.safeParse(JSON.parse(body.toString('utf8'))).data
  } catch {
    return undefined
  }
}
