/** Sends again what the issuer would not take, because a person asked, and says what came of it. */
import { err, ok, type Result } from 'neverthrow'
import type { KioskSync } from '../../sync/open-sync.ts'
import { linkOfError, type LinkState } from '../../sync/link.ts'
import { statusOf } from '../../sync/remote.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { Offered } from '../api/z-status.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface Parts {
  sync: Pick<KioskSync, 'status' | 'offerAgain'> & {
    synchroniser: Pick<KioskSync['synchroniser'], 'isOpen' | 'progress'>
  }
  audit: AuditLog
}

export function createOfferAgain({ sync, audit }: Parts) {
  /**
   * @returns what came of it. `request.unknown`, and what the link is where nobody can be asked now: `link.down`,
   *   `link.slow`, `issuer.error`, `issuer.nonsense`, `issuer.unauthorised`; nothing has changed then
   */
  return async (id: RequestId): Promise<Result<Offered, Failure>> => {
    const before = await sync.status(id)
    if (!before) return err({ code: 'request.unknown' })
    const { stopped } = before
    if (stopped !== 'document-refused' && stopped !== 'payload-refused') return ok({ outcome: 'not-refused' })
    const { synchroniser } = sync
    if (!synchroniser.isOpen) return err({ code: failureOf(synchroniser.progress().link) })
    try {
      await sync.offerAgain(id)
    } catch (error) {
      const status = statusOf(error)
      return err({ code: status === undefined ? failureOf(linkOfError(error, () => true)) : 'issuer.error' })
    }
    const after = await sync.status(id)
    const outcome =
      after?.stopped === stopped ? 'refused-again' : stopped === 'document-refused' ? 'taken' : 'being-sent'
    await audit.record('request.offered-again', { request: id, code: outcome })
    return ok({ outcome })
  }
}

function failureOf(link: LinkState): Failure['code'] {
  switch (link) {
    case 'slow':
      return 'link.slow'
    case 'error':
      return 'issuer.error'
    case 'portal':
    case 'nonsense':
      return 'issuer.nonsense'
    case 'unauthorised':
      return 'issuer.unauthorised'
    case 'unknown':
    case 'up':
    case 'no-interface':
    case 'dns':
    case 'down':
    case 'refused':
    case 'tls':
    case 'clock':
      return 'link.down'
  }
}
