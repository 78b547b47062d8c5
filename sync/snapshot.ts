/**
 * What was folded from a database, kept beside it so that a start need not fold it again. It is a cache: one that is
 * missing, old or damaged costs time and nothing else.
 *
 * A line of JSON for the head, one for each entry, and the SHA-256 of all of that as the last line: with 20,000 requests
 * neither writing nor reading holds the whole text and the whole tree of it in memory.
 */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { writeWhole } from './write-whole.ts'

const zForm = z.looseObject({ form: z.literal(3) })
const linesAtOnce = 500
const bytesAtOnce = 256 << 10
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
  yield chunk(`${JSON.stringify({ form: 3, ...head })}\n`)
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
  if (!(await isWhole(path))) return undefined
  const lines = linesOf(path)
  try {
    const head: unknown = JSON.parse(lines.next().value ?? '')
    const parsed = schema.safeParse(head)
    if (!zForm.safeParse(head).success || !parsed.success) return undefined
    return { head: parsed.data, entries: entriesFrom(path) }
  } catch {
    return undefined
  } finally {
    lines.return(undefined)
  }
}

/** @returns whether its last line is the hash of the others */
async function isWhole(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return false
  try {
    const length = (await file.stat()).size - hashLine
    if (length <= 0) return false
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(bytesAtOnce)
    for (let at = 0; at < length;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(bytesAtOnce, length - at), at)
      if (bytesRead === 0) return false
      hash.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    const { bytesRead } = await file.read(buffer, 0, hashLine, length)
    return bytesRead === hashLine && buffer.toString('latin1', 0, hashLine - 1) === hash.digest('hex')
  } catch {
    return false
  } finally {
    await file.close()
  }
}

/** Whole by its hash, so each line is the JSON that was written. */
function* entriesFrom(path: string): Generator {
  const lines = linesOf(path)
  lines.next()
  // One behind: the last line is the hash.
  let before: string | undefined
  for (const line of lines) {
    if (before !== undefined) yield JSON.parse(before)
    before = line
  }
}

/** Read piece by piece while they are asked for. */
function* linesOf(path: string): Generator<string, undefined> {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(bytesAtOnce)
    let rest = Buffer.alloc(0)
    for (;;) {
      const bytes = readSync(file, buffer, 0, bytesAtOnce, null)
      if (bytes === 0) return undefined
      const piece = Buffer.concat([rest, buffer.subarray(0, bytes)])
      let from = 0
      for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, from)) {
        yield piece.toString('utf8', from, end)
        from = end + 1
      }
      rest = piece.subarray(from)
    }
  } finally {
    closeSync(file)
  }
}
