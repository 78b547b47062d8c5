import { z } from 'zod'
import { zCameraReport, zDeviceKind, zDeviceRole } from '../../hardware/z-device.ts'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf, stoppableFor } from './procedure.ts'
import { zCameraChoice, zCameraRole } from './z-camera.ts'

const zId = z.string().min(1).max(400)
const zWhich = z.object({ kind: zDeviceKind, id: zId.optional() })

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
  /** Every screen with a camera asks which one serves. */
  cameraChoices: procedureFor('citizen').query(({ ctx }) => ctx.services.devices.cameraChoices()),
  /** Without a camera the work is left to whichever is there. */
  chooseCamera: technician
    .input(z.object({ role: zCameraRole, camera: zCameraChoice.optional() }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.devices.chooseCamera(staffOf(ctx), input.role, input.camera)),
    ),
  /** For a scan screen, whoever stands before it. What is scanned is untrusted text. */
  scannedCodes: procedureFor('citizen').subscription(async function* ({ ctx, signal }) {
    const served = ctx.session.staff ? 'staff' : 'citizen'
    yield* ctx.services.devices.scannedCodes(served, signal ?? new AbortController().signal)
  }),
  /** The live picture for the technician's own hand. */
  fingerFrames: technician.subscription(async function* ({ ctx, signal }) {
    yield* ctx.services.devices.fingerFrames(signal ?? new AbortController().signal)
  }),
  identify: technician
    .input(zWhich)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.devices.identify(input))),
  test: stoppableFor('technician')
    .input(zWhich)
    .mutation(async ({ ctx, input }) => {
      const result = await ctx.services.devices.test(input, ctx.stopped)
      ctx.services.report.note(staffOf(ctx), input, result)
      return toAnswer(result)
    }),
  /** Whom it serves where there are several of its kind; the id is as `list` tells it. */
  setRole: technician
    .input(z.object({ id: zId, role: zDeviceRole }))
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.devices.setRole(input.id, input.role))),
})
