import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'
import { zSaveReport } from './z-hardware-report.ts'

const technician = procedureFor('technician')

export const reportRouter = router({
  /** the sticks that are plugged in now */
  media: technician.query(({ ctx }) => ctx.services.media.list()),
  /** writes the hardware report, with the tests of this sign-in */
  save: technician
    .input(zSaveReport)
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.report.save(staffOf(ctx), input.medium, input.words)),
    ),
})
