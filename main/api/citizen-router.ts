import { z } from 'zod'
import { ok } from 'neverthrow'
import { toAnswer } from './answer.ts'
import { procedureFor, router, stoppableFor } from './procedure.ts'
import { zPurpose } from './z-citizen.ts'

const citizen = procedureFor('citizen')
const waiting = stoppableFor('citizen')

/** A code held to the camera is hostile text; the longest that anything of ours makes is under 4 kB. */
const zCodeText = z.string().min(1).max(6_000)

const zHandle = z.object({ handle: z.string().max(80) })

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
  showCard: waiting.mutation(async ({ ctx }) =>
    toAnswer(await ctx.services.reissue.showCard(ctx.session, ctx.stopped)),
  ),
  requestPresentation: citizen
    .input(z.object({ purpose: zPurpose }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.presentation.request(ctx.session, input.purpose)),
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
