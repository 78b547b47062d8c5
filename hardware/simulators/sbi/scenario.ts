/** A day at the scanner: which capture meets which fault, the same for the same seed. */
import { seeded } from '../finger/random.ts'
import { captureFaults, type Fault } from './faults.ts'

/** @returns for each capture a fault, or null for a good one; about every second is good */
export function scenarioOf(seed: number, captures: number): (Fault | null)[] {
  const random = seeded(seed)
  return Array.from({ length: captures }, () =>
    random() < 0.5 ? null : (captureFaults[Math.floor(random() * captureFaults.length)] ?? null),
  )
}
