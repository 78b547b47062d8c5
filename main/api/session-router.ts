import { z } from 'zod'
import { ok } from 'neverthrow'
import { toAnswer } from './answer.ts'
import { procedureFor, router } from './procedure.ts'

export const sessionRouter = router({
  state: procedureFor('citizen').query(({ ctx }) => ({
    staff: ctx.session.staff,
    kiosk: ctx.services.kiosk,
  })),
  names: procedureFor('citizen').query(({ ctx }) => ctx.services.staff.names()),
  signIn: procedureFor('citizen')
    .input(z.object({ name: z.string().min(1).max(60), pin: z.string().min(1).max(32) }))
    .mutation(async ({ ctx, input }) => {
      const result = await ctx.services.staff.signIn(input.name, input.pin)
      if (result.isOk()) ctx.session.staff = result.value
      return toAnswer(result)
    }),
  signOut: procedureFor('citizen').mutation(async ({ ctx }) => {
    if (ctx.session.staff)
      await ctx.services.audit.record('staff.signed-out', { staff: ctx.session.staff.id })
    ctx.session.staff = undefined
    return toAnswer(ok(null))
  }),
})
