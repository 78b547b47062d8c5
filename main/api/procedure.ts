/**
 * The one place where a call from a screen meets a rule: its role is checked here, in the host, whatever the screen
 * believes, and a bug becomes a code instead of a stack trace.
 */
import { initTRPC, TRPCError } from '@trpc/server'
import { z } from 'zod'
import { zCall, type Calls } from './calls.ts'
import { mayUse, type Role, type Session } from './session.ts'
import type { Services } from './services.ts'

export interface Context {
  session: Session
  services: Services
  /** of the connection; code in the host's own process has none */
  calls?: Calls
}

const t = initTRPC
  .context<Context>()
  .meta<{ role: Role }>()
  .create({
    isServer: true,
    errorFormatter({ shape }) {
      // What a thrown error says may hold paths or personal data; only the code leaves the host.
      const { code, httpStatus } = shape.data
      return { ...shape, message: code, data: { code, httpStatus } }
    },
  })

export const router = t.router
export const createCallerFactory = t.createCallerFactory

/** @param role who the procedure is for @returns a procedure builder that refuses everybody else with FORBIDDEN */
export function procedureFor(role: Role) {
  return t.procedure.meta({ role }).use(({ ctx, next }) => {
    if (!mayUse(role, ctx.session.staff)) {
      throw new TRPCError({ code: ctx.session.staff ? 'FORBIDDEN' : 'UNAUTHORIZED' })
    }
    return next()
  })
}

const zNumbered = z.object({ call: zCall })

/** The same for work that may wait for a person; it ends early when `ctx.stopped` aborts. */
export function stoppableFor(role: Role) {
  return procedureFor(role).use(async ({ ctx, getRawInput, signal, next }) => {
    const numbered = zNumbered.safeParse(await getRawInput())
    const begun = ctx.calls?.begin(numbered.data?.call)
    try {
      return await next({ ctx: { stopped: begun?.signal ?? signal } })
    } finally {
      begun?.end()
    }
  })
}

/** @returns the signed-in member of staff; a procedure for a staff role always has one */
export function staffOf(ctx: Context) {
  if (!ctx.session.staff) throw new TRPCError({ code: 'UNAUTHORIZED' })
  return ctx.session.staff
}
