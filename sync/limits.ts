/**
 * How far a kiosk may go without the issuer: told early, at 50, 80 and 95 of a hundred, and only then a stop, which is for
 * new enrolments alone. What is there is sent, exported, read and collected in any case.
 */
import { z } from 'zod'

export const zLimits = z.object({
  /** days without a word of the issuer */
  contactDays: z.number().min(1).max(365).default(30),
  /** requests that it has not got */
  waiting: z.number().int().min(1).max(100_000).default(1_000),
  /** megabytes that stay free, so that what is open can be ended */
  diskReserveMb: z.number().int().min(1).default(500),
  /** megabytes free from which on nothing is said of the disk */
  diskPlentyMb: z.number().int().min(2).default(5_000),
  /** enrolments that wait for a supervisor */
  approvals: z.number().int().min(1).max(100_000).default(100),
})
export type Limits = z.infer<typeof zLimits>

export const zLimitKind = z.enum(['contact', 'waiting', 'disk', 'approvals'])
export type LimitKind = z.infer<typeof zLimitKind>

export const zLimitState = z.object({
  kind: zLimitKind,
  /** of a hundred */
  percent: z.number().int().min(0),
  level: z.enum(['50', '80', '95', 'stop']),
  /** days, requests or megabytes: what there is */
  now: z.number(),
  /** of the same: where it stops */
  stopAt: z.number(),
})
export type LimitState = z.infer<typeof zLimitState>

export interface LimitFigures {
  contactAgeMs: number
  waiting: number
  /** undefined where the file system does not say */
  freeBytes?: number
  /** undefined where enrolments do not wait for anybody */
  approvals?: number
}

const dayMs = 86_400_000
const megabyte = 1_000_000

/** @returns every limit of which half is used, the nearest to its end first */
export function limitsOf(figures: LimitFigures, limits: Limits): LimitState[] {
  const { contactAgeMs, waiting, freeBytes, approvals } = figures
  const days = contactAgeMs / dayMs
  const found = [
    stateOf('contact', days / limits.contactDays, Math.floor(days * 10) / 10, limits.contactDays),
    stateOf('waiting', waiting / limits.waiting, waiting, limits.waiting),
  ]
  if (freeBytes !== undefined) {
    const free = Math.floor(freeBytes / megabyte)
    const span = Math.max(1, limits.diskPlentyMb - limits.diskReserveMb)
    found.push(stateOf('disk', 1 - (free - limits.diskReserveMb) / span, free, limits.diskReserveMb))
  }
  if (approvals !== undefined)
    found.push(stateOf('approvals', approvals / limits.approvals, approvals, limits.approvals))
  return found.flatMap((state) => state ?? []).sort((a, b) => b.percent - a.percent)
}

function stateOf(kind: LimitKind, share: number, now: number, stopAt: number): LimitState | undefined {
  // Rounded down: 99.9 of a hundred is not yet the end.
  const percent = Math.max(0, Math.floor(share * 100))
  const level =
    percent >= 100 ? 'stop' : percent >= 95 ? '95' : percent >= 80 ? '80' : percent >= 50 ? '50' : undefined
  return level && { kind, percent, level, now, stopAt }
}
