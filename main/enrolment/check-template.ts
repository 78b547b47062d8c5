/**
 * The template for a later check of one finger at this kiosk. Until the citizen has agreed and the request is saved it is
 * part of the draft: encrypted like the rest of it, and gone with it.
 */
import { err, ok, type Result } from 'neverthrow'
import { ulid } from 'ulid'
import type { FingerProgress } from '../../hardware/ports.ts'
import type { RequestId } from '../../sync/z-facts.ts'
import type { Finger } from '../../sync/z-packet.ts'
import type { Failure } from '../api/answer.ts'
import { retryHint } from '../api/failure.ts'
import type { Draft } from '../api/z-enrolment.ts'
import type { TemplateStep } from '../api/z-finger-check.ts'
import { toldSteps } from '../verification/told-steps.ts'
import type { KnownFinger, VerificationService } from '../verification/verification-service.ts'
import type { DraftBook } from './draft-book.ts'
import type { DraftStore } from './draft-store.ts'
import type { StoredDraft } from './z-stored-draft.ts'

interface Parts {
  book: DraftBook
  store: DraftStore
  /** undefined where this kiosk has no scanner for the check */
  verification: Pick<VerificationService, 'make'> | undefined
}

/** `finger.service-missing` without a scanner, `kiosk.bad-request` for a finger that was marked as missing, `draft.gone` */
export function createCheckTemplate({ book, store, verification }: Parts) {
  /** Another template, or none: what was there before goes. */
  async function replace(id: RequestId, next: StoredDraft['checkTemplate']): Promise<Result<Draft, Failure>> {
    let before: StoredDraft['checkTemplate']
    const changed = await book.change(id, async (draft) => {
      before = draft.checkTemplate
      return ok({ checkTemplate: next })
    })
    if (changed.isOk() && before) await store.removePiece(id, before.piece)
    return changed
  }

  async function make(
    id: RequestId,
    finger: Finger,
    { tell, signal }: { tell: (step: TemplateStep) => void; signal: AbortSignal },
  ): Promise<Result<Draft, Failure>> {
    const draft = await book.view(id)
    if (draft.isErr()) return err(draft.error)
    if (!verification) return err({ code: 'finger.service-missing' })
    const excepted = draft.value.slaps.flatMap(({ exceptions }) => exceptions)
    if (excepted.some((one) => one.finger === finger)) return err({ code: 'kiosk.bad-request' })
    const made = await verification.make({ signal, onProgress: (progress) => tell(stepOf(progress)) })
    if (made.isErr()) return err(made.error)
    const piece = `check-template-${ulid()}`
    await store.putPiece(id, piece, made.value)
    made.value.fill(0)
    return replace(id, { finger, piece })
  }

  return {
    make: (id: RequestId, finger: Finger, signal: AbortSignal) =>
      toldSteps<TemplateStep>(async (tell) => {
        const made = await make(id, finger, { tell, signal })
        if (made.isOk()) return { kind: 'kept', draft: made.value }
        const { code, detail } = made.error
        return { kind: 'failed', code, retry: retryHint(code), ...(detail && { detail }) }
      }),
    drop: (id: RequestId) => replace(id, undefined),
  }
}

/** @returns the template that a draft holds */
export async function templateOf(store: DraftStore, draft: StoredDraft): Promise<KnownFinger | undefined> {
  if (!draft.checkTemplate) return undefined
  const template = await store.piece(draft.id, draft.checkTemplate.piece)
  return template && { finger: draft.checkTemplate.finger, template }
}

function stepOf(progress: FingerProgress): TemplateStep {
  return progress
}
