/**
 * From draft to saved request, or to one that waits for a supervisor: then it is signed and stays encrypted here until
 * somebody else has looked at it, for once it is sealed nobody at the kiosk can. The order is what makes "saved" true: check, seal, put it into the outbox (fsync'ed),
 * note how staff find it again, and only then delete the draft. Whatever stops it in between leaves a draft that can be
 * submitted again, or a request whose draft is taken away at the next start.
 */
import { err, ok, type Result } from 'neverthrow'
import { approvalReasons, type ApprovalPolicy } from '../../sync/approval-policy.ts'
import type { PlainPart } from '../../sync/packet.ts'
import type { Packet } from '../../sync/z-packet.ts'
import type { RequestDoc, RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { Staff } from '../api/session.ts'
import type { Slip } from '../api/z-enrolment.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import { saveFailure } from '../disk-full.ts'
import { buildPacket, type DraftContent } from './build-packet.ts'
import { readRecords } from './capture-fingers.ts'
import type { DraftStore } from './draft-store.ts'
import { documentPieces } from './document-portrait.ts'
import { firstGap, slapOf } from './draft-view.ts'
import type { CurrentForm, FormSource } from './form-source.ts'
import { portraitPiece } from './portrait-check.ts'
import type { SearchIndex } from './search-index.ts'
import type { StoredDraft } from './z-stored-draft.ts'
import { templateOf } from './check-template.ts'
import type { KnownFinger } from '../verification/verification-service.ts'

export type Submit = (id: RequestId, staff: Staff) => Promise<Result<Slip, Failure>>

/** Who answers for what is sealed. */
export interface Signature {
  /** id of the officer */
  officer: string
  submitted: string
  approved?: { by: string; at: string }
}

export interface SubmitParts {
  store: DraftStore
  forms: FormSource
  index: SearchIndex
  /** Seals, signs and saves; a failure means that nothing of it was saved. */
  sealAndSave: (
    packet: Omit<Packet, 'partKeys'>,
    parts: readonly PlainPart[],
  ) => Promise<Result<RequestDoc, Failure>>
  /** the request as it was saved, if it was */
  saved: (id: RequestId) => Promise<RequestDoc | undefined>
  slipOf: (doc: RequestDoc) => Promise<Slip>
  /** keeps the template of the check that the citizen agreed to */
  keepTemplate?: (id: RequestId, known: KnownFinger) => Promise<Result<null, Failure>>
  /** the slip of one that waits for a supervisor */
  slipOfWaiting: (id: RequestId, signed: { at: string; officer: string }) => Promise<Slip>
  /** when a second person must look at it */
  policy: () => Promise<ApprovalPolicy>
  /** `kiosk.not-commissioned` */
  kiosk: () => Result<Packet['kiosk'], Failure>
  clock: Clock
  audit: AuditLog
}

/**
 * @returns what submits one draft; the caller lets one at a time work on it. Submitting again gives the same slip. Where the
 * policy asks for a second person the slip says that it waits.
 * `draft.gone`, `draft.incomplete` {step}, `consent.missing`, `save.disk-full`, `save.failed`, `kiosk.not-commissioned`
 */
export function createSubmit(parts: SubmitParts): Submit {
  const { store, saved, slipOf, clock, audit } = parts

  return async (id, staff) => {
    const draft = await store.get(id)
    const already = await saved(id)
    if (already) {
      if (draft) await settle(parts, draft)
      return ok(await slipOf(already))
    }
    if (!draft) return err({ code: 'draft.gone' })
    if (draft.signed) return ok(await parts.slipOfWaiting(id, draft.signed))
    const now = instant(clock)
    const why = approvalReasons(await parts.policy(), decidedIn(draft))
    if (why.length > 0) return wait(parts, draft, { at: now, officer: staff.id, why })
    const done = await sealDraft(parts, draft, { officer: staff.id, submitted: now })
    if (done.isErr()) return err(done.error)
    await audit.record('request.submitted', { request: id, staff: staff.id })
    return ok(await slipOf(done.value))
  }
}

const decidedIn = ({ slaps, portrait }: StoredDraft) => ({
  exceptions: slaps.flatMap(({ exceptions }) => exceptions).length,
  portraitKept: portrait?.override !== undefined,
})

/** All that would be sealed is there: only then is it signed, and given to somebody else to look at. */
async function wait(
  parts: SubmitParts,
  { returned: _, ...draft }: StoredDraft,
  signed: NonNullable<StoredDraft['signed']>,
): Promise<Result<Slip, Failure>> {
  const { store, forms, index, audit } = parts
  const kiosk = parts.kiosk()
  const form = await forms.current()
  if (kiosk.isErr()) return err(kiosk.error)
  if (form.isErr()) return err(form.error)
  const content = await gather(store, draft, form.value, forms.today())
  if (content.isErr()) return err(content.error)
  try {
    await index.add(draft.id, namedBy(content.value.claims))
    await store.put({ ...draft, signed, changed: signed.at })
  } catch (error) {
    return err(saveFailure(error))
  }
  await audit.record('approval.asked', { request: draft.id, staff: signed.officer })
  return ok(await parts.slipOfWaiting(draft.id, signed))
}

/**
 * Seals it, puts it into the outbox and takes the draft away. A failure leaves the draft as it was.
 * `draft.incomplete` {step}, `consent.missing`, `save.disk-full`, `save.failed`, `kiosk.not-commissioned`
 */
export async function sealDraft(
  parts: SubmitParts,
  draft: StoredDraft,
  { officer, submitted, approved }: Signature,
): Promise<Result<RequestDoc, Failure>> {
  const { store, forms, sealAndSave, audit } = parts
  const kiosk = parts.kiosk()
  const form = await forms.current()
  if (kiosk.isErr()) return err(kiosk.error)
  if (form.isErr()) return err(form.error)
  const content = await gather(store, draft, form.value, forms.today())
  if (content.isErr()) return err(content.error)
  const { packet, parts: pieces } = buildPacket(content.value, {
    schemaVersion: form.value.form.schemaVersion,
    kiosk: kiosk.value,
    ...{ officer, submitted, approved },
  })
  const done = await sealAndSave(packet, pieces)
  if (done.isErr()) {
    await audit.record('request.not-saved', { request: draft.id, code: done.error.code })
    return err(done.error)
  }
  await settle(parts, draft)
  return ok(done.value)
}

/**
 * What remains to be done once the request is saved. The citizen's request does not depend on it: what the disk refuses
 * now is made up for at the next start.
 */
async function settle(parts: SubmitParts, draft: StoredDraft): Promise<void> {
  const { store, forms, index, audit, keepTemplate } = parts
  try {
    const known = keepTemplate && (await templateOf(store, draft))
    const kept = known && (await keepTemplate(draft.id, known))
    known?.template.fill(0)
    if (kept?.isErr()) throw new Error(kept.error.code)
    const form = await forms.current()
    await index.add(draft.id, namedBy(form.isOk() ? form.value.check.clean(draft.fields) : draft.fields))
    await store.remove(draft.id)
  } catch {
    await audit.record('draft.left-behind', { request: draft.id })
  }
}

/** By what staff find it again. */
const namedBy = ({ cid, fullName }: Record<string, string>) => ({
  ...(cid && { cid }),
  ...(fullName && { fullName }),
})

/** At the start: a draft whose request is saved already was stopped between the two, and goes now. */
export async function takeUpAfterCrash(parts: SubmitParts): Promise<void> {
  for (const draft of await parts.store.list()) {
    if (!(await parts.saved(draft.id))) continue
    await settle(parts, draft)
    await parts.audit.record('draft.taken-up-after-submit', { request: draft.id })
  }
  await parts.store.sweep()
}

async function gather(
  store: DraftStore,
  draft: StoredDraft,
  form: CurrentForm,
  today: string,
): Promise<Result<DraftContent, Failure>> {
  const gap = firstGap(draft, form.check.problems(draft.fields, today))
  if (gap) return err({ code: 'draft.incomplete', detail: { step: gap } })
  if (!draft.consent) return err({ code: 'consent.missing' })
  const portrait = draft.portrait && (await store.piece(draft.id, portraitPiece(draft.portrait.sha256)))
  if (!portrait) return err({ code: 'draft.incomplete', detail: { step: 'portrait' } })
  const [left, right, thumbs] = await Promise.all([
    readRecords(store, draft.id, slapOf(draft, 'left')),
    readRecords(store, draft.id, slapOf(draft, 'right')),
    readRecords(store, draft.id, slapOf(draft, 'thumbs')),
  ])
  const claims = form.check.clean(draft.fields)
  const document = await documentPieces(store, draft)
  return ok({ draft, claims, consent: draft.consent, portrait, document, records: { left, right, thumbs } })
}
