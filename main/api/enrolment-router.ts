import { z } from 'zod'
import { zRequestId } from '../../sync/z-facts.ts'
import { zFinger } from '../../sync/z-packet.ts'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf, stoppableFor } from './procedure.ts'
import { toldWhile } from './told-while.ts'
import { zAccessKey, type ReadingStep } from './z-travel-document.ts'
import {
  zDraft,
  zEnrolmentStep,
  zFingerException,
  zLanguage,
  zPortraitOverride,
  zSlap,
} from './z-enrolment.ts'

const officer = procedureFor('officer')
const waiting = stoppableFor('officer')
const zId = z.object({ id: zRequestId })

/** A portrait as the page sends it: 2 MB of JPEG at most, as base64. */
const zJpegBase64 = z.base64().max(2_800_000)

export const enrolmentRouter = router({
  form: officer.query(async ({ ctx }) => toAnswer(await ctx.services.enrolment.form())),
  open: officer
    .input(z.object({ reason: zDraft.shape.reason }).optional())
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.enrolment.open(staffOf(ctx), input?.reason)),
    ),
  drafts: officer.query(({ ctx }) => ctx.services.enrolment.drafts()),
  get: officer
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.get(input.id))),
  saveFields: officer
    .input(zId.extend({ fields: z.record(z.string().max(60), z.string().max(400)) }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.enrolment.saveFields(input.id, input.fields)),
    ),
  goTo: officer
    .input(zId.extend({ step: zEnrolmentStep }))
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.goTo(input.id, input.step))),
  readCard: waiting
    .input(zId)
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.enrolment.readCard(input.id, ctx.stopped)),
    ),
  recogniseCard: officer.query(async ({ ctx, signal }) =>
    toAnswer(await ctx.services.enrolment.recogniseCard(signal)),
  ),
  /** A subscription, so that each step is shown and whoever leaves ends the conversation with the chip. */
  readTravelDocument: officer.input(zId.extend({ key: zAccessKey })).subscription(async function* ({
    ctx,
    input: { id, key },
    signal,
  }) {
    yield* toldWhile(async (tell: (step: ReadingStep) => void) =>
      toAnswer(await ctx.services.enrolment.readTravelDocument(id, key, { signal, onStep: tell })),
    )
  }),
  documentPortrait: officer
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.documentPortrait(input.id))),
  skipCard: officer
    .input(zId)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.skipCard(input.id))),
  savePortrait: officer
    .input(zId.extend({ jpeg: zJpegBase64, override: zPortraitOverride.optional() }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(
        await ctx.services.enrolment.savePortrait(
          input.id,
          Buffer.from(input.jpeg, 'base64'),
          input.override,
        ),
      ),
    ),
  portrait: officer
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.portrait(input.id))),
  captureFingers: waiting
    .input(zId.extend({ slap: zSlap, exceptions: z.array(zFingerException).max(4) }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(
        await ctx.services.enrolment.captureFingers(input.id, input.slap, input.exceptions, ctx.stopped),
      ),
    ),
  fingerFrames: officer.input(z.object({ slap: zSlap })).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    yield* ctx.services.enrolment.fingerFrames(input.slap, signal ?? AbortSignal.timeout(60_000))
  }),
  makeCheckTemplate: officer.input(zId.extend({ finger: zFinger })).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const ended = signal ?? AbortSignal.timeout(120_000)
    yield* ctx.services.enrolment.makeCheckTemplate(input.id, input.finger, ended)
  }),
  dropCheckTemplate: officer
    .input(zId)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.dropCheckTemplate(input.id))),
  consent: officer
    .input(zId.extend({ language: zLanguage }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.enrolment.consent(input.id, input.language)),
    ),
  submit: officer
    .input(zId)
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.enrolment.submit(input.id, staffOf(ctx))),
    ),
  discard: officer
    .input(zId)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.discard(input.id))),
})
