/**
 * What was folded from a database, kept beside it so that a start need not fold it again. It is a cache: one that is
 * missing, old or damaged costs time and nothing else.
 *
 * A line of JSON for the head, one for each entry, and the SHA-256 of all of that as the last line: with 20,000 requests
 * neither writing nor reading holds the whole text and the whole tree of it in memory.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { sha256Hex } from './packet.ts'
import { writeWhole } from './write-whole.ts'

const zForm = z.looseObject({ form: z.literal(2) })
const linesAtOnce = 500
const newline = 10
/** bytes of the last line */
const hashLine = 65

export interface Snapshot<T> {
  head: T
  /** as they were given to `saveSnapshot`; read one by one, once */
  entries: Iterable<unknown>
}

/** @param head, entries whatever JSON can hold; entries are asked for while it is written @throws what the file system threw */
export async function saveSnapshot(path: string, head: object, entries: Iterable<unknown>): Promise<void> {
  await writeWhole(path, written(head, entries))
}

function* written(head: object, entries: Iterable<unknown>): Generator<Buffer> {
  const hash = createHash('sha256')
  const chunk = (text: string) => {
    const bytes = Buffer.from(text)
    hash.update(bytes)
    return bytes
  }
  yield chunk(`${JSON.stringify({ form: 2, ...head })}\n`)
  let lines: string[] = []
  for (const entry of entries) {
    lines.push(`${JSON.stringify(entry)}\n`)
    if (lines.length < linesAtOnce) continue
    yield chunk(lines.join(''))
    lines = []
  }
  yield chunk(lines.join(''))
  yield Buffer.from(`${hash.digest('hex')}\n`)
}

/** @returns what was saved last, or undefined where it is not there, not whole, or its head not what `schema` says */
export async function loadSnapshot<T>(path: string, schema: z.ZodType<T>): Promise<Snapshot<T> | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  if (!bytes || bytes.length <= hashLine) return undefined
  const body = bytes.subarray(0, -hashLine)
  if (sha256Hex(body) !== bytes.subarray(-hashLine, -1).toString('latin1')) return undefined
  const headEnd = body.indexOf(newline)
  try {
    const head: unknown = JSON.parse(body.toString('utf8', 0, headEnd))
    const parsed = schema.safeParse(head)
    if (!zForm.safeParse(head).success || !parsed.success) return undefined
    return { head: parsed.data, entries: lineByLine(body, headEnd + 1) }
  } catch {
    return undefined
  }
}

/** Whole by its hash, so each line is the JSON that was written. */
function* lineByLine(body: Buffer, start: number): Generator {
  for (let from = start; from < body.length;) {
    const end = body.indexOf(newline, from)
    yield JSON.parse(body.toString('utf8', from, end))
    from = end + 1
  }
}
