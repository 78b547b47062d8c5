/**
 * Who may sign in, from the issuer's signed staff list. A name that is not on it is answered as one with a wrong PIN,
 * after the same work and with the same counting.
 */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { StaffService } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../clock.ts'
import { saveFailure } from '../disk-full.ts'
import { serialWork } from '../serial-work.ts'
import { afterFailure, noFailures, observe, triesLeft, waitMs, type Lockout } from './lockout.ts'
import type { LockoutBook } from './lockout-book.ts'
import type { StaffMember } from './z-staff-list.ts'

interface Parts {
  /** the list as it is now; empty before it first arrived */
  members: () => Promise<readonly StaffMember[]>
  book: LockoutBook
  /** argon2id check of a PIN against a PHC string */
  verifyPin: (phc: string, pin: string) => Promise<boolean>
  /** a PHC string that no PIN fits, for a kiosk without a staff list */
  decoy: string
  clock: Clock
  audit: AuditLog
}

/** @returns the service; see `StaffService` for its failures */
export function createStaffService({ members, book, verifyPin, decoy, clock, audit }: Parts): StaffService {
  // One at a time: guesses that run side by side would all see the same number of failures.
  const oneByOne = serialWork()

  async function attempt(name: string, pin: string): Promise<Result<Staff, Failure>> {
    const list = await members()
    const member = list.find((one) => one.name === name)
    const before = observe(book.get(name), clock.now())
    if (waitMs(before) > 0) {
      await book.set(name, before, member !== undefined)
      return locked(before)
    }
    // The failure is on the disk before the PIN is looked at: pulling the plug gives no free try.
    const failed = afterFailure(before)
    await book.set(name, failed, member !== undefined)
    const fits = await verifyPin((member ?? list[0])?.pin ?? decoy, pin)
    if (member && fits) {
      await book.set(name, noFailures, true)
      await audit.record('staff.signed-in', { staff: member.id })
      return ok({ id: member.id, name: member.name, role: member.role })
    }
    const isLocked = waitMs(failed) > 0
    await audit.record(isLocked ? 'staff.locked' : 'staff.refused', {
      ...(member && { staff: member.id }),
      tries: failed.failures,
    })
    return isLocked
      ? locked(failed)
      : err({ code: 'sign-in.wrong-pin', detail: { triesLeft: triesLeft(failed) } })
  }

  /** Without a place for the failure no PIN is looked at. */
  async function guarded(name: string, pin: string): Promise<Result<Staff, Failure>> {
    try {
      return await attempt(name, pin)
    } catch (error) {
      return err(saveFailure(error))
    }
  }

  return {
    signIn: (name, pin) => oneByOne('sign-in', () => guarded(name.trim().normalize('NFC'), pin)),
    names: async () => (await members()).map(({ name }) => name),
  }
}

function locked(lockout: Lockout) {
  return err<Staff, Failure>({
    code: 'sign-in.locked',
    detail: { seconds: Math.ceil(waitMs(lockout) / 1_000) },
  })
}
