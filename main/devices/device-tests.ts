/**
 * What the tests of a technician's session found, for the hardware report. It is kept as long as the sign-in lasts and no
 * longer, in memory only.
 */
import type { Result } from 'neverthrow'
import type { DeviceKind } from '../../hardware/z-device.ts'
import type { Failure } from '../api/answer.ts'
import type { TestLine, WhichDevice } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import { instant, type Clock } from '../clock.ts'

export interface DeviceTest {
  kind: DeviceKind
  /** which one of its kind, where the screen said it */
  id?: string | undefined
  at: string
  result: Result<{ summary: TestLine[] }, Failure>
}

export interface DeviceTests {
  /** @param staff the very object of the sign-in: another sign-in of the same person begins anew */
  note(staff: Staff, which: WhichDevice, result: DeviceTest['result']): void
  /** oldest first */
  of(staff: Staff): readonly DeviceTest[]
}

/** Older ones than so many of one session are forgotten. */
const most = 200

export function createDeviceTests(clock: Clock): DeviceTests {
  const tests = new WeakMap<Staff, DeviceTest[]>()
  return {
    note(staff, which, result) {
      // Figures only: a picture of a finger is not kept.
      const kept = result.map(({ summary }) => ({ summary }))
      const test = { ...which, at: instant(clock), result: kept }
      tests.set(staff, [...(tests.get(staff) ?? []), test].slice(-most))
    },
    of: (staff) => tests.get(staff) ?? [],
  }
}
