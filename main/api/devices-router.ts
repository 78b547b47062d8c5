import { z } from 'zod'
import { zCameraReport, zDeviceKind } from '../../hardware/z-device.ts'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'

const technician = procedureFor('technician')

export const devicesRouter = router({
  list: technician.query(({ ctx }) => ctx.services.devices.list()),
  /** The camera belongs to the page, whoever stands before it; only the page knows how it is. */
  reportCamera: procedureFor('citizen')
    .input(zCameraReport)
    .mutation(({ ctx, input }) => {
      ctx.services.devices.reportCamera(input)
      return null
    }),
  /** For a scan screen, whoever stands before it. What is scanned is untrusted text. */
  scannedCodes: procedureFor('citizen').subscription(async function* ({ ctx, signal }) {
    yield* ctx.services.devices.scannedCodes(signal ?? new AbortController().signal)
  }),
  identify: technician
    .input(z.object({ kind: zDeviceKind }))
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.devices.identify(input.kind))),
  test: technician.input(z.object({ kind: zDeviceKind })).mutation(async ({ ctx, input }) => {
    const result = await ctx.services.devices.test(input.kind)
    ctx.services.report.note(staffOf(ctx), input.kind, result)
    return toAnswer(result)
  }),
})
