import { z } from 'zod'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'
import { toldWhile } from './told-while.ts'
import { zMediumId } from './z-medium.ts'
import { zExportWhat, type StickProgress } from './z-stick.ts'

const officer = procedureFor('officer')
const zMedium = z.object({ medium: zMediumId })

export const sticksRouter = router({
  /** the sticks that are plugged in now */
  media: officer.query(({ ctx }) => ctx.services.media.list()),
  /** how much would go on a stick, and what is carried for others */
  survey: officer
    .input(z.object({ what: zExportWhat }))
    .query(({ ctx, input }) => ctx.services.sticks.survey(input.what)),
  /** A subscription, so that progress is shown and whoever leaves ends it; what is on the stick by then is gone on with. */
  write: officer
    .input(zMedium.extend({ what: zExportWhat, passOn: z.boolean() }))
    .subscription(async function* ({ ctx, input: { medium, what, passOn }, signal }) {
      const staff = staffOf(ctx)
      yield* toldWhile(async (tell: (step: StickProgress) => void) =>
        toAnswer(await ctx.services.sticks.write(staff, medium, { what, passOn }, { tell, signal })),
      )
    }),
  /** what lies on it, before anything is taken */
  look: officer
    .input(zMedium)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.sticks.look(input.medium))),
  take: officer.input(zMedium).subscription(async function* ({ ctx, input: { medium }, signal }) {
    const staff = staffOf(ctx)
    yield* toldWhile(async (tell: (step: StickProgress) => void) =>
      toAnswer(await ctx.services.sticks.take(staff, medium, { tell, signal })),
    )
  }),
})
