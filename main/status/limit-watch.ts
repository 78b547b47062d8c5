/** How near this kiosk is to its limits, and whether a new enrolment may still begin. */
import { statfs } from 'node:fs/promises'
import { err, ok, type Result } from 'neverthrow'
import { limitsOf, type LimitKind, type Limits, type LimitState } from '../../sync/limits.ts'
import type { KioskSync } from '../../sync/open-sync.ts'
import type { Failure } from '../api/answer.ts'

export interface LimitWatch {
  /** of which half is used or more; the nearest to its end first */
  current(): Promise<LimitState[]>
  /** `limit.contact`, `limit.waiting`, `limit.disk`, `limit.approvals`: sending, reading and collecting go on */
  mayEnrol(): Promise<Result<null, Failure>>
}

interface Parts {
  sync: Pick<KioskSync, 'contactAgeMs' | 'queue'>
  limits: Limits
  /** bytes free where the data lies; undefined where the file system does not say */
  freeBytes: () => Promise<number | undefined>
  /** enrolments that wait for a supervisor; left out where none has to */
  approvals?: () => Promise<number>
}

const codeOf = {
  contact: 'limit.contact',
  waiting: 'limit.waiting',
  disk: 'limit.disk',
  approvals: 'limit.approvals',
} as const satisfies Record<LimitKind, Failure['code']>

export function createLimitWatch({ sync, limits, freeBytes, approvals }: Parts): LimitWatch {
  async function current(): Promise<LimitState[]> {
    const [{ waiting }, free, open] = await Promise.all([sync.queue(), freeBytes(), approvals?.()])
    const contactAgeMs = sync.contactAgeMs()
    return limitsOf(
      {
        ...{ contactAgeMs, waiting },
        ...(free !== undefined && { freeBytes: free }),
        ...(open !== undefined && { approvals: open }),
      },
      limits,
    )
  }
  return {
    current,
    async mayEnrol() {
      const over = (await current()).find(({ level }) => level === 'stop')
      return over ? err({ code: codeOf[over.kind] }) : ok(null)
    },
  }
}

/** @returns how much is free on the disk of a folder, asked at most every few seconds */
export function freeBytesOf(folder: string): () => Promise<number | undefined> {
  let known: { at: number; bytes: Promise<number | undefined> } | undefined
  return () => {
    const at = performance.now()
    if (!known || at - known.at > 5_000) {
      const bytes = statfs(folder).then(
        ({ bavail, bsize }) => bavail * bsize,
        () => undefined,
      )
      known = { at, bytes }
    }
    return known.bytes
  }
}
