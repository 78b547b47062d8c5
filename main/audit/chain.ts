/** The hash chain of the audit log, as pure functions. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { zAuditLine, type AuditEvent, type AuditFacts, type AuditLine } from './z-audit-event.ts'

/** What the first line follows on: SHA-256 of nothing. */
export const chainStart = createHash('sha256').digest('hex')

/** @returns the line that follows on `last` */
export function nextLine(
  last: Pick<AuditLine, 'n' | 'hash'> | undefined,
  entry: { at: string; event: AuditEvent; facts?: AuditFacts },
): AuditLine {
  const body = { n: last ? last.n + 1 : 0, ...entry, before: last?.hash ?? chainStart }
  return { ...body, hash: hashOf(body) }
}

export type Verdict =
  | { whole: true; lines: number; last?: AuditLine }
  | {
      whole: false
      lines: number
      /** the first line that is not as it was written, from 0 */ brokenAt: number
      last?: AuditLine
    }

/**
 * @param text the whole log, one JSON object a line
 * @returns whether every line is as it was written and none is missing in between. Lines cut off at the end are only
 * seen by comparing `lines` with a number noted elsewhere.
 */
export function verify(text: string): Verdict {
  const rows = text.split('\n').filter((row) => row.length > 0)
  let last: AuditLine | undefined
  let brokenAt: number | undefined
  for (const [index, row] of rows.entries()) {
    const line = parseLine(row)
    const follows = line && line.before === (last?.hash ?? chainStart) && line.n === (last ? last.n + 1 : 0)
    if (!line || !follows || line.hash !== hashOf(withoutHash(line))) brokenAt ??= index
    last = line ?? last
  }
  const found = { lines: rows.length, ...(last && { last }) }
  return brokenAt === undefined ? { whole: true, ...found } : { whole: false, brokenAt, ...found }
}

function parseLine(row: string): AuditLine | undefined {
  try {
    return zAuditLine.safeParse(JSON.parse(row)).data
  } catch {
    return undefined
  }
}

function withoutHash({ hash: _, ...body }: AuditLine): Omit<AuditLine, 'hash'> {
  return body
}

function hashOf(body: Omit<AuditLine, 'hash'>): string {
  return createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest('hex')
}
