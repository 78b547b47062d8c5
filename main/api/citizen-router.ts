import { z } from 'zod'
import { ok } from 'neverthrow'
import { toAnswer } from './answer.ts'
import { procedureFor, router, stoppableFor } from './procedure.ts'
import { zLanguage } from './z-enrolment.ts'
import { zHandOverWhat, zPairingPurpose, zReissueReason } from './z-handover.ts'
import { zAnswerWay, zPurpose } from './z-citizen.ts'

const citizen = procedureFor('citizen')
const waiting = stoppableFor('citizen')

/** A code held to the camera is hostile text; the longest that anything of ours makes is under 4 kB. */
const zCodeText = z.string().min(1).max(6_000)

const zShortId = z.string().max(80)
const zHandle = z.object({ handle: zShortId })

export const citizenRouter = router({
  identifyByCard: waiting.mutation(async ({ ctx }) =>
    toAnswer(await ctx.services.reissue.identifyByCard(ctx.session, ctx.stopped)),
  ),
  identifyBySlip: citizen
    .input(z.object({ text: zCodeText }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.reissue.identifyBySlip(ctx.session, input.text)),
    ),
  /** The finger on the scanner, until it is known, refused or broken off. */
  checkFinger: citizen.input(zHandle).subscription(async function* ({ ctx, input, signal }) {
    const ended = signal ?? AbortSignal.timeout(120_000)
    yield* ctx.services.reissue.checkFinger(ctx.session, input.handle, ended)
  }),
  callOfficer: citizen
    .input(zHandle)
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.reissue.callOfficer(ctx.session, input.handle)),
    ),
  /** Somebody of the staff has looked, in place of the finger. Signs nobody in. */
  vouch: citizen
    .input(zHandle.extend({ name: z.string().min(1).max(60), pin: z.string().min(1).max(32) }))
    .mutation(async ({ ctx, input: { handle, name, pin } }) =>
      toAnswer(await ctx.services.reissue.vouch(ctx.session, handle, { name, pin })),
    ),
  offer: citizen
    .input(zHandle)
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.reissue.offer(ctx.session, input.handle)),
    ),
  offerState: citizen
    .input(z.object({ offer: z.string().max(200) }))
    .query(async ({ ctx, input }) =>
      toAnswer(await ctx.services.reissue.offerState(ctx.session, input.offer)),
    ),
  pair: citizen
    .input(zHandle.extend({ purpose: zPairingPurpose }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.offline.pair(ctx.session, input.handle, input.purpose)),
    ),
  paired: citizen
    .input(zHandle.extend({ pairing: zShortId, answer: zCodeText }))
    .mutation(async ({ ctx, input: { handle, pairing, answer } }) =>
      toAnswer(await ctx.services.offline.paired(ctx.session, handle, pairing, answer)),
    ),
  queueReissue: citizen
    .input(zHandle.extend({ pairing: zShortId, reason: zReissueReason, language: zLanguage }))
    .mutation(async ({ ctx, input: { handle, ...order } }) =>
      toAnswer(await ctx.services.offline.queueReissue(ctx.session, handle, order)),
    ),
  handOver: citizen
    .input(zHandle.extend({ pairing: zShortId, what: zHandOverWhat }))
    .mutation(async ({ ctx, input: { handle, ...order } }) =>
      toAnswer(await ctx.services.offline.handOver(ctx.session, handle, order)),
    ),
  /** The phone's word that it has what was handed over. */
  received: citizen
    .input(zHandle.extend({ transfer: zShortId, answer: zCodeText }))
    .mutation(async ({ ctx, input: { handle, ...order } }) =>
      toAnswer(await ctx.services.offline.received(ctx.session, handle, order)),
    ),
  showCard: waiting.mutation(async ({ ctx }) =>
    toAnswer(await ctx.services.reissue.showCard(ctx.session, ctx.stopped)),
  ),
  requestPresentation: citizen
    .input(z.object({ purpose: zPurpose, over: zAnswerWay.default('code') }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.presentation.request(ctx.session, input.purpose, input.over)),
    ),
  collectPresentation: citizen
    .input(z.object({ id: z.string().max(80) }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.presentation.collect(ctx.session, input.id)),
    ),
  verifyPresentation: citizen
    .input(z.object({ id: z.string().max(80), answer: zCodeText }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.presentation.verify(ctx.session, input.id, input.answer)),
    ),
  end: citizen.mutation(async ({ ctx }) => {
    await ctx.services.reissue.end(ctx.session)
    return toAnswer(ok(null))
  }),
})
