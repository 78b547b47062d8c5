/** From the first field to the slip. Each procedure of the enrolment, on top of the draft book. */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import { ulid } from 'ulid'
import type { JWK } from 'jose'
import type { CardReaderPort, FingerprintPort } from '../../hardware/ports.ts'
import { zRequestId, type RequestId } from '../../sync/z-facts.ts'
import type { Failure } from '../api/answer.ts'
import type { EnrolmentService } from '../api/services.ts'
import type { Draft } from '../api/z-enrolment.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { instant, type Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { saveFailure } from '../disk-full.ts'
import type { SerialWork } from '../serial-work.ts'
import { createFingerCapture } from './capture-fingers.ts'
import type { VerificationService } from '../verification/verification-service.ts'
import { createCheckTemplate } from './check-template.ts'
import { createDraftBook } from './draft-book.ts'
import type { DraftStore } from './draft-store.ts'
import { firstGap, viewOf } from './draft-view.ts'
import { exclusiveStream } from './exclusive-stream.ts'
import { cardFields } from './card-fields.ts'
import type { FormSource } from './form-source.ts'
import type { JudgePortrait } from './judge-portrait.ts'
import { portraitPiece } from './portrait-check.ts'
import type { Submit } from './submit.ts'
import { documentPieces, dropDocumentPieces } from './document-portrait.ts'
import { createTravelDocumentStep } from './travel-document-step.ts'
import type { StoredDraft } from './z-stored-draft.ts'

export interface EnrolmentParts {
  /** a picture of the camera was taken for somebody */
  onPortrait?: () => void
  store: DraftStore
  serial: SerialWork
  forms: FormSource
  card: CardReaderPort
  scanner: FingerprintPort
  /** keys whose cards are believed */
  cardKeys: () => Promise<readonly JWK[]>
  /** by which passports are believed, DER */
  countryCertificates: () => Promise<readonly Uint8Array[]>
  staffName: (id: string) => Promise<string>
  judgePortrait: JudgePortrait
  /** the check of one finger, where this kiosk has a scanner for it */
  verification?: Pick<VerificationService, 'make'> | undefined
  submit: Submit
  /** whether the request is already among the saved ones, so that its draft is none any more */
  isSubmitted: (id: RequestId) => Promise<boolean>
  /** whether a new one may begin: a limit that is reached stops nothing else */
  mayOpen: () => Promise<Result<null, Failure>>
  rules: Config['enrolment']
  clock: Clock
  random: (bytes: number) => Uint8Array
  audit: AuditLog
}

/** @returns the service; see `EnrolmentService` for its failures */
export function createEnrolmentService(parts: EnrolmentParts): EnrolmentService {
  const { store, serial, forms, card, scanner, rules, clock, audit } = parts
  const frames = exclusiveStream(scanner)

  async function show(draft: StoredDraft): Promise<Result<Draft, Failure>> {
    const form = await forms.current()
    if (form.isErr()) return err(form.error)
    const problems = form.value.check.problems(draft.fields, forms.today())
    const officer = await parts.staffName(draft.officer)
    const supervisor = draft.returned ? await parts.staffName(draft.returned.supervisor) : ''
    return ok(viewOf(draft, problems, { officer, supervisor }))
  }

  const book = createDraftBook({ store, serial, clock, show })
  const readTravelDocument = createTravelDocumentStep({
    ...{ card, store, forms, clock, cardWaitMs: rules.cardWaitMs },
    countryCertificates: parts.countryCertificates,
  })
  const capture = createFingerCapture({ book, store, scanner, rules })
  const checkTemplate = createCheckTemplate({ book, store, verification: parts.verification })

  /** Tells the audit log how it went and hands the result on. */
  async function told(
    result: Result<Draft, Failure>,
    event: Parameters<AuditLog['record']>[0],
    refused?: Parameters<AuditLog['record']>[0],
  ): Promise<Result<Draft, Failure>> {
    if (result.isOk()) await audit.record(event, { request: result.value.id })
    else if (refused) await audit.record(refused, { code: result.error.code })
    return result
  }

  /** Another card takes the place of a passport, and of what was kept of it. */
  async function changeCard(
    id: RequestId,
    work: Parameters<typeof book.change>[1],
  ): Promise<Result<Draft, Failure>> {
    let before: StoredDraft | undefined
    const changed = await book.change(id, (draft) => work((before = draft)))
    await dropDocumentPieces(store, before, await store.get(id))
    return changed
  }

  return {
    form: async () => (await forms.current()).map(({ form }) => form),
    async open(staff, reason = 'new') {
      const may = await parts.mayOpen()
      if (may.isErr()) return err(may.error)
      const form = await forms.current()
      if (form.isErr()) return err(form.error)
      const now = instant(clock)
      const id = zRequestId.parse(ulid(clock.now(), () => (parts.random(1)[0] ?? 0) / 256))
      const draft: StoredDraft = {
        ...{ id, opened: now, changed: now, officer: staff.id, reason, step: 'card', fields: {} },
        ...{ card: { state: 'not-read' }, slaps: [] },
      }
      try {
        await store.put(draft)
      } catch (error) {
        return err(saveFailure(error))
      }
      return told(await show(draft), 'draft.opened')
    },
    async drafts() {
      const views: Draft[] = []
      for (const draft of await store.list()) {
        if (draft.signed || (await parts.isSubmitted(draft.id))) continue
        const view = await show(draft)
        if (view.isOk()) views.push(view.value)
      }
      return views
    },
    get: (id) => book.view(id),
    saveFields: (id, fields) =>
      book.change(id, async (draft) => {
        const form = await forms.current()
        if (form.isErr()) return err(form.error)
        return ok({ fields: form.value.merge(draft.fields, fields) })
      }),
    goTo: (id, step) => book.change(id, () => ok({ step })),
    async readCard(id, signal) {
      const draft = await book.view(id)
      if (draft.isErr()) return err(draft.error)
      const trusted = await parts.cardKeys()
      if (trusted.length === 0) return err({ code: 'kiosk.not-commissioned' })
      const read = await card.readIdentity({
        ...{ trusted, waitMs: rules.cardWaitMs, served: 'staff' },
        ...(signal && { signal }),
      })
      const changed = read.isErr()
        ? err<Draft, Failure>({ code: read.error })
        : await changeCard(id, async ({ fields }) => {
            const form = await forms.current()
            if (form.isErr()) return err(form.error)
            const file = Buffer.from(read.value.file).toString('base64url')
            const filled = cardFields(read.value.claims)
            return ok({
              fields: form.value.merge(fields, filled),
              card: { state: 'verified', file, filled, readAt: instant(clock) } as const,
            })
          })
      return told(changed, 'draft.card-read', 'draft.card-refused')
    },
    recogniseCard: async (signal) =>
      (await card.recognise({ waitMs: 0, served: 'staff', ...(signal && { signal }) })).mapErr((code) => ({
        code,
      })),
    async readTravelDocument(id, key, reading) {
      const draft = await book.view(id)
      if (draft.isErr()) return err(draft.error)
      const read = await readTravelDocument(key, reading)
      const changed = read.isErr() ? err<Draft, Failure>(read.error) : await changeCard(id, read.value)
      return told(changed, 'draft.travel-document-read', 'draft.travel-document-refused')
    },
    async documentPortrait(id) {
      const draft = await store.get(id)
      if (!draft) return err({ code: 'draft.gone' })
      const { portrait } = await documentPieces(store, draft)
      if (!portrait) return err({ code: 'draft.incomplete', detail: { step: 'card' } })
      return ok({ jpeg: Buffer.from(portrait).toString('base64') })
    },
    skipCard: async (id) =>
      told(await changeCard(id, () => ok({ card: { state: 'skipped' } as const })), 'draft.card-skipped'),
    async savePortrait(id, jpeg, override) {
      const judged = await parts.judgePortrait(jpeg, override)
      if (judged.isErr()) return told(err(judged.error), 'draft.portrait-saved', 'draft.portrait-refused')
      const sha256 = createHash('sha256').update(jpeg).digest('hex')
      let before: string | undefined
      const changed = await book.change(id, async (draft) => {
        before = draft.portrait?.sha256
        await store.putPiece(id, portraitPiece(sha256), jpeg)
        return ok({ portrait: { sha256, ...(judged.value && { override: judged.value }) } })
      })
      if (changed.isOk() && before && before !== sha256) await store.removePiece(id, portraitPiece(before))
      if (changed.isOk()) parts.onPortrait?.()
      return told(changed, judged.value ? 'draft.portrait-overridden' : 'draft.portrait-saved')
    },
    async portrait(id) {
      const draft = await store.get(id)
      if (!draft) return err({ code: 'draft.gone' })
      const piece = draft.portrait && (await store.piece(id, portraitPiece(draft.portrait.sha256)))
      if (!piece) return err({ code: 'draft.incomplete', detail: { step: 'portrait' } })
      return ok({ jpeg: Buffer.from(piece).toString('base64') })
    },
    async captureFingers(id, slap, exceptions, signal) {
      await frames.stop()
      const result = await capture({ id, slap, exceptions: [...exceptions], signal })
      return told(result, 'draft.fingers-captured', 'draft.fingers-refused')
    },
    fingerFrames: (slap, signal) => frames.open(slap, signal),
    makeCheckTemplate: (id, finger, signal) => checkTemplate.make(id, finger, signal),
    dropCheckTemplate: (id) => checkTemplate.drop(id),
    async consent(id, language) {
      const changed = await book.change(id, async (draft) => {
        const form = await forms.current()
        if (form.isErr()) return err(form.error)
        const gap = firstGap(draft, form.value.check.problems(draft.fields, forms.today()))
        if (gap) return err({ code: 'draft.incomplete', detail: { step: gap } })
        return ok({ consent: { at: instant(clock), language } })
      })
      return told(changed, 'draft.consented')
    },
    submit: (id, staff) => serial(id, () => parts.submit(id, staff)),
    discard: (id) =>
      serial(id, async () => {
        if ((await store.get(id))?.signed) return err({ code: 'draft.waits-for-approval' })
        await store.remove(id)
        await audit.record('draft.discarded', { request: id })
        return ok(null)
      }),
  }
}
