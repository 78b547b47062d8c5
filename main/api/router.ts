/** The whole contract between screen and host. Screens import its type and nothing else of the host. */
import { createCallerFactory, router } from './procedure.ts'
import { approvalRouter } from './approval-router.ts'
import { callsRouter } from './calls-router.ts'
import { careRouter } from './care-router.ts'
import { citizenRouter } from './citizen-router.ts'
import { devicesRouter } from './devices-router.ts'
import { endOfDayRouter } from './end-of-day-router.ts'
import { enrolmentRouter } from './enrolment-router.ts'
import { reportRouter } from './report-router.ts'
import { requestsRouter } from './requests-router.ts'
import { sessionRouter } from './session-router.ts'
import { sticksRouter } from './sticks-router.ts'
import { statusRouter } from './status-router.ts'
import { trustRouter } from './trust-router.ts'
import { voiceRouter } from './voice-router.ts'

export const appRouter = router({
  calls: callsRouter,
  session: sessionRouter,
  status: statusRouter,
  enrolment: enrolmentRouter,
  approval: approvalRouter,
  requests: requestsRouter,
  endOfDay: endOfDayRouter,
  citizen: citizenRouter,
  devices: devicesRouter,
  report: reportRouter,
  sticks: sticksRouter,
  trust: trustRouter,
  care: careRouter,
  voice: voiceRouter,
})

export type AppRouter = typeof appRouter

/** For tests and for code that lives in the host's own process. */
export const createCaller = createCallerFactory(appRouter)
