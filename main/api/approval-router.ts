import { z } from 'zod'
import { zRequestId } from '../../sync/z-facts.ts'
import { toAnswer } from './answer.ts'
import { procedureFor, router, staffOf } from './procedure.ts'
import { zReturnNote, zReturnReason } from './z-approval.ts'

const supervisor = procedureFor('supervisor')
const zId = z.object({ id: zRequestId })

export const approvalRouter = router({
  list: supervisor.query(({ ctx }) => ctx.services.approvals.list(staffOf(ctx))),
  draft: supervisor
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.enrolment.get(input.id))),
  compare: supervisor
    .input(zId)
    .query(async ({ ctx, input }) => toAnswer(await ctx.services.approvals.compare(input.id))),
  approve: supervisor
    .input(zId.extend({ pin: z.string().min(1).max(32) }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.approvals.approve(staffOf(ctx), input.id, input.pin)),
    ),
  sendBack: supervisor
    .input(zId.extend({ reason: zReturnReason, note: zReturnNote.optional() }))
    .mutation(async ({ ctx, input }) =>
      toAnswer(await ctx.services.approvals.sendBack(staffOf(ctx), input.id, input)),
    ),
})
