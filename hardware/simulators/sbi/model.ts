/** One simulated scanner: what it is, and the state in which a person or a test has put it. */
import { z } from 'zod'
import type { Fault } from './faults.ts'

/** As `--device dialect=1.0,purpose=Auth,certification=L1,serial=…`; all but the named ones as given here. */
export const zModel = z.strictObject({
  dialect: z.enum(['0.9.5', '1.0']).default('0.9.5'),
  purpose: z.enum(['Registration', 'Auth']).default('Registration'),
  /** `secure`: the digital id is signed by a chip (L1, SBI 2.0) */
  keys: z.enum(['software', 'secure']).default('software'),
  serial: z
    .string()
    .regex(/^[\w-]{4,40}$/)
    .default('280420261174'),
})
export type Model = z.infer<typeof zModel>

/** @param text `name=value` pairs with commas between */
export function readModel(text: string): Model {
  return zModel.parse(Object.fromEntries(text.split(',').map((pair) => pair.split('=', 2))))
}

export function certificationOf({ dialect, keys }: Model): string {
  if (dialect === '1.0') return keys === 'secure' ? 'SBI 2.0' : 'SBI 1.0'
  return keys === 'secure' ? 'L1' : 'L0'
}

export interface ScannerState {
  present: boolean
  quality: number
  status: 'Ready' | 'Busy' | 'Not Ready'
  fault: Fault | undefined
  /** how many captures the fault lasts */
  times: number
  /** the faults of the captures to come, where a scenario plays */
  scenario: (Fault | null)[]
  /** a capture or a stream holds the device */
  held: boolean
}
