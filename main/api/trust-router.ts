import { procedureFor, router } from './procedure.ts'

const technician = procedureFor('technician')

export const trustRouter = router({
  /** whom this kiosk believes, and why */
  list: technician.query(({ ctx }) => ctx.services.trust.list()),
  /** reads the DID documents of all of them again, as far as a server or a node answers */
  check: technician.mutation(({ ctx }) => ctx.services.trust.check()),
})
