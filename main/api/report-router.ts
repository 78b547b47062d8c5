import { ok } from 'neverthrow'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'
import { zCameraTested, zSaveReport } from './z-hardware-report.ts'

const technician = procedureFor('technician')

export const reportRouter = router({
  /** the sticks that are plugged in now */
  media: technician.query(({ ctx }) => ctx.services.media.list()),
  /** The camera belongs to the page, and so does its test: it tells what came of it. */
  cameraTested: technician.input(zCameraTested).mutation(({ ctx, input }) => {
    const size = { fact: 'picture-size' as const, value: `${input.width} × ${input.height}` }
    ctx.services.report.note(staffOf(ctx), { kind: 'camera' }, ok({ summary: [size] }))
    return null
  }),
  /** writes the hardware report, with the tests of this sign-in */
  save: technician
    .input(zSaveReport)
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.report.save(staffOf(ctx), input.medium, input.words)),
    ),
})
