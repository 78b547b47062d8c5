import { z } from 'zod'
import { zDeviceKind } from '../../hardware/z-device.ts'
import { toAnswer } from './answer.ts'
import { procedureFor, router } from './procedure.ts'

const technician = procedureFor('technician')

export const devicesRouter = router({
  list: technician.query(({ ctx }) => ctx.services.devices.list()),
  test: technician
    .input(z.object({ kind: zDeviceKind }))
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.devices.test(input.kind))),
})
