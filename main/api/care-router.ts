import { z } from 'zod'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'
import { zReset } from './z-care.ts'
import { zMediumId } from './z-medium.ts'

const technician = procedureFor('technician')

export const careRouter = router({
  log: technician.query(({ ctx }) => ctx.services.care.log()),
  unsent: technician.query(({ ctx }) => ctx.services.care.unsent()),
  saveDiagnostics: technician
    .input(z.object({ medium: zMediumId }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.care.saveDiagnostics(staffOf(ctx), input.medium)),
    ),
  reset: technician
    .input(zReset)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.care.reset(staffOf(ctx), input))),
})
