import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'

const officer = procedureFor('officer')

export const endOfDayRouter = router({
  report: officer.query(({ ctx }) => ctx.services.endOfDay.report()),
  close: officer.mutation(async ({ ctx }) => toAnswer(await ctx.services.endOfDay.close(staffOf(ctx)))),
})
