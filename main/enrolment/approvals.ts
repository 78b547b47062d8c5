/** Four eyes: what an officer has signed is looked at by somebody else, and goes on or goes back. */
import { err, ok, type Result } from 'neverthrow'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { ApprovalService, StaffService } from '../api/services.ts'
import type { Staff } from '../api/session.ts'
import type { EnrolmentStep } from '../api/z-enrolment.ts'
import type { ReturnReason } from '../api/z-approval.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import { saveFailure } from '../disk-full.ts'
import type { SerialWork } from '../serial-work.ts'
import { compareFields } from './compare-fields.ts'
import type { DraftStore } from './draft-store.ts'
import { sealDraft, type SubmitParts } from './submit.ts'
import type { StoredDraft } from './z-stored-draft.ts'

interface Parts {
  store: DraftStore
  serial: SerialWork
  submit: SubmitParts
  staff: Pick<StaffService, 'signIn'>
  staffName: (id: string) => Promise<string>
  clock: Clock
  audit: AuditLog
}

type Waiting = StoredDraft & { signed: NonNullable<StoredDraft['signed']> }
const isWaiting = (draft: StoredDraft | undefined): draft is Waiting => draft?.signed !== undefined

/** Where what is wrong is mended. */
const stepOf: Record<ReturnReason, EnrolmentStep> = {
  details: 'form',
  identity: 'card',
  portrait: 'portrait',
  fingers: 'fingers',
  consent: 'consent',
  other: 'form',
}

/** @returns the service; see `ApprovalService` for its failures */
export function createApprovals(parts: Parts): ApprovalService {
  const { store, serial, staff, staffName, clock, audit } = parts

  /** Those that are sealed already wait for nobody, also where their draft was left behind. */
  async function waiting(): Promise<Waiting[]> {
    const drafts = (await store.list()).filter(isWaiting)
    const sealed = await Promise.all(drafts.map(({ id }) => parts.submit.saved(id)))
    return drafts.filter((_draft, at) => !sealed[at])
  }
  async function waitingOne(id: RequestId): Promise<Result<Waiting, Failure>> {
    const draft = await store.get(id)
    return isWaiting(draft) ? ok(draft) : err({ code: 'approval.gone' })
  }

  /** Whoever enrolled has said what there is to say: somebody else looks at it. */
  const isOwn = ({ signed, officer }: Waiting, who: Staff) => signed.officer === who.id || officer === who.id

  return {
    count: async () => (await waiting()).length,
    async held() {
      const drafts = (await store.list()).filter(({ signed, returned }) => signed ?? returned)
      return drafts.map(({ id, signed, returned, changed }) => ({
        id,
        created: signed?.at ?? returned?.at ?? changed,
      }))
    },
    waiting: async () =>
      (await waiting()).map(({ id, signed }) => ({ id, created: signed.at, officer: signed.officer })),
    async list(who) {
      const all = await waiting()
      const rows = all.map(async (draft) => ({
        ...{ id: draft.id, name: draft.fields['fullName'] ?? '', since: draft.signed.at },
        ...{ officer: await staffName(draft.signed.officer), why: draft.signed.why, own: isOwn(draft, who) },
      }))
      // Who has waited longest comes first.
      return (await Promise.all(rows)).sort((a, b) => a.since.localeCompare(b.since))
    },
    async compare(id) {
      return (await waitingOne(id)).map(compareFields)
    },
    approve: (who, id, pin) =>
      serial(id, async () => {
        const already = await parts.submit.saved(id)
        if (already) return ok(await parts.submit.slipOf(already))
        const draft = await waitingOne(id)
        if (draft.isErr()) return err(draft.error)
        if (isOwn(draft.value, who)) return err({ code: 'approval.own-work' })
        // The screen may have been left: whoever approves says once more who it is.
        const again = await staff.signIn(who.name, pin)
        if (again.isErr()) return err(again.error)
        // The staff list may have changed since: the issuer would refuse who is no supervisor any more.
        if (again.value.id !== who.id || again.value.role !== 'supervisor')
          return err({ code: 'role.forbidden' })
        const { officer, at } = draft.value.signed
        const approved = { by: who.id, at: instant(clock) }
        const done = await sealDraft(parts.submit, draft.value, { officer, submitted: at, approved })
        if (done.isErr()) return err(done.error)
        await audit.record('approval.given', { request: id, staff: who.id })
        return ok(await parts.submit.slipOf(done.value))
      }),
    sendBack: (who, id, { reason, note }) =>
      serial(id, async () => {
        const draft = await waitingOne(id)
        if (draft.isErr()) return err(draft.error)
        const { signed: _, consent, ...rest } = draft.value
        const now = instant(clock)
        const returned = { at: now, supervisor: who.id, reason, ...(note && { note }) }
        try {
          await store.put({
            ...{ ...rest, returned, changed: now, step: stepOf[reason] },
            ...(consent && reason !== 'consent' && { consent }),
          })
        } catch (error) {
          return err(saveFailure(error))
        }
        await audit.record('approval.sent-back', { request: id, staff: who.id, code: reason })
        return ok(null)
      }),
  }
}
