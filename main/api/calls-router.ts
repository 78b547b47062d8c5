import { z } from 'zod'
import { zCall } from './calls.ts'
import { procedureFor, router } from './procedure.ts'

export const callsRouter = router({
  /** Each stops only what came over its own connection. */
  stop: procedureFor('citizen')
    .input(z.object({ call: zCall }))
    .mutation(({ ctx, input }) => {
      ctx.calls?.stop(input.call)
      return null
    }),
})
