import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'
import { zAudioBase64, zRecordingName } from './z-voice.ts'

const citizen = procedureFor('citizen')
const technician = procedureFor('technician')

export const voiceRouter = router({
  /** which texts have a recording, so that a screen knows what it can read aloud */
  list: citizen.query(({ ctx }) => ctx.services.voice.list()),
  /** one recording, to be played; `voice.missing` */
  audio: citizen
    .input(zRecordingName)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.voice.audio(input))),
  /** adds or replaces; what it is, the host tells by its bytes */
  keep: technician
    .input(zRecordingName.extend({ base64: zAudioBase64 }))
    .mutation(async ({ ctx, input: { base64, ...name } }) =>
      toAnswer(await ctx.services.voice.keep(staffOf(ctx), name, Buffer.from(base64, 'base64'))),
    ),
  remove: technician
    .input(zRecordingName)
    .mutation(async ({ ctx, input }) => toAnswer(await ctx.services.voice.remove(staffOf(ctx), input))),
})
