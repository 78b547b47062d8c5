import { z } from 'zod'
import { zRequestId } from '../../sync/z-facts.ts'
import { toAnswer } from './answer.ts'
import { procedureFor, router, stoppableFor } from './procedure.ts'
import { zMediumId } from './z-medium.ts'
import { zSlipWords } from './z-slip-words.ts'

const officer = procedureFor('officer')
const zId = z.object({ id: zRequestId })

export const requestsRouter = router({
  today: officer.query(({ ctx }) => ctx.services.requests.today()),
  list: officer.query(({ ctx }) => ctx.services.requests.list()),
  find: officer
    .input(z.object({ query: z.string().max(200) }))
    .query(({ ctx, input }) => ctx.services.requests.find(input.query)),
  detail: officer
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.requests.detail(input.id))),
  printSlip: stoppableFor('officer')
    .input(zId.extend({ words: zSlipWords }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.requests.printSlip(input.id, input.words, ctx.stopped)),
    ),
  offerAgain: officer
    .input(zId)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.requests.offerAgain(input.id))),
  /** the sticks that are plugged in now */
  media: officer.query(({ ctx }) => ctx.services.media.list()),
  saveSlip: officer
    .input(zId.extend({ words: zSlipWords, medium: zMediumId }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.requests.saveSlip(input.id, input.words, input.medium)),
    ),
  slip: officer
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.requests.slip(input.id))),
})
