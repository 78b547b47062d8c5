/**
 * What happened at this kiosk, in a file that only grows (JSON lines, each fsync'ed). A full disk must not stop the
 * work: lines that could not be written wait in memory and go first when there is room again.
 */
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AuditService } from '../api/services.ts'
import { instant, type Clock } from '../clock.ts'
import { isMissing } from '../vault/file-custody.ts'
import { nextLine, verify, type Verdict } from './chain.ts'
import {
  zAuditEvent,
  zAuditFacts,
  zAuditLine,
  type AuditEvent,
  type AuditFacts,
  type AuditLine,
} from './z-audit-event.ts'

const mostWaiting = 1_000

export interface AuditLog extends AuditService {
  record(event: AuditEvent, facts?: AuditFacts): Promise<void>
  record(event: string, facts?: Record<string, string | number | boolean>): Promise<void>
  /** @returns whether the file is still as it was written */
  verify(): Promise<Verdict>
  close(): Promise<void>
}

export interface AuditReader {
  /** everything that it holds, oldest first; a line that cannot be read is left out */
  lines(): Promise<AuditLine[]>
}

/** Opens the log; drops a line that a power cut tore, and says so in the log. */
export async function openAuditLog(options: {
  path: string
  clock: Clock
  onTrouble?: (error: unknown) => void
}): Promise<AuditLog & AuditReader> {
  const { path, clock, onTrouble } = options
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return ''
    throw error
  })
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const verdict = verify(whole)
  const file = await open(path, 'a', 0o600)
  let size = Buffer.byteLength(whole)
  let last: AuditLine | undefined = verdict.last
  let waiting: AuditLine[] = []
  let turn: Promise<void> = Promise.resolve()

  async function flush(): Promise<void> {
    if (waiting.length === 0) return
    const bytes = Buffer.from(waiting.map((line) => `${JSON.stringify(line)}\n`).join(''))
    try {
      await append(file, bytes, size)
      size += bytes.length
      waiting = []
    } catch (error) {
      onTrouble?.(error)
    }
  }

  function record(event: string, facts?: Record<string, string | number | boolean>): Promise<void> {
    const entry = {
      at: instant(clock),
      event: zAuditEvent.parse(event),
      ...(facts && { facts: zAuditFacts.parse(facts) }),
    }
    turn = turn.then(() => {
      if (waiting.length < mostWaiting) {
        last = nextLine(last, entry)
        waiting.push(last)
      }
      return flush()
    })
    return turn
  }

  if (whole.length < text.length) {
    await file.truncate(size)
    await record('audit.torn-line-dropped')
  }
  if (!verdict.whole) await record('audit.chain-broken', { count: verdict.brokenAt })
  return {
    record,
    verify: async () => verify(await readFile(path, 'utf8')),
    async lines() {
      await turn
      return (await readFile(path, 'utf8')).split('\n').flatMap(lineIn)
    },
    async close() {
      await turn
      await file.close()
    },
  }
}

function lineIn(text: string): AuditLine[] {
  if (text === '') return []
  try {
    const line = zAuditLine.safeParse(JSON.parse(text))
    return line.success ? [line.data] : []
  } catch {
    return []
  }
}

/** All of it or nothing: what a full disk let through is cut off again. */
async function append(file: FileHandle, bytes: Buffer, size: number): Promise<void> {
  try {
    await file.appendFile(bytes)
    await file.sync()
  } catch (error) {
    await file.truncate(size).catch(() => undefined)
    throw error
  }
}
