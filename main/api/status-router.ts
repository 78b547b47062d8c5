import { procedureFor, router } from './procedure.ts'

const anyone = procedureFor('citizen')

export const statusRouter = router({
  now: anyone.query(({ ctx }) => ctx.services.status.now()),
  watch: anyone.subscription(async function* ({ ctx, signal }) {
    const ended = signal ?? new AbortController().signal
    yield* ctx.services.status.watch(ended)
  }),
  detail: procedureFor('technician').query(({ ctx }) => ctx.services.status.detail()),
  diary: procedureFor('technician').query(({ ctx }) => ctx.services.status.diary()),
  syncNow: procedureFor('officer').mutation(async ({ ctx }) => {
    await ctx.services.status.syncNow()
    return null
  }),
})
