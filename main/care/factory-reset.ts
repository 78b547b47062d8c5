/** Whether this kiosk may be made as new, and the decision. */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'
import type { StaffService } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import { resetWord, type Unsent } from '../api/z-care.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import { saveFailure } from '../disk-full.ts'
import { decideReset } from './erase-data.ts'

interface Parts {
  dataDir: string
  unsent: () => Promise<Unsent>
  staff: Pick<StaffService, 'signIn'>
  audit: AuditLog
  clock: Clock
  /** ends this process; what was decided is done before the next one begins */
  onDecided: () => void
}

/** @returns `reset.unsent` while anything is here and nowhere else, `reset.word`, `sign-in.*`, `save.*` */
export function createFactoryReset({ dataDir, unsent, staff, audit, clock, onDecided }: Parts) {
  return async (who: Staff, { word, pin }: { word: string; pin: string }): Promise<Result<null, Failure>> => {
    if (Object.values(await unsent()).some((count) => count > 0)) return err({ code: 'reset.unsent' })
    if (word.trim().toUpperCase() !== resetWord) return err({ code: 'reset.word' })
    const again = await staff.signIn(who.name, pin)
    if (again.isErr()) return err(again.error)
    // Something may have been saved while the PIN was looked at.
    if (Object.values(await unsent()).some((count) => count > 0)) return err({ code: 'reset.unsent' })
    try {
      await decideReset(dataDir, instant(clock))
    } catch (error) {
      return err(saveFailure(error))
    }
    await audit.record('kiosk.reset-decided', { staff: who.id })
    onDecided()
    return ok(null)
  }
}
