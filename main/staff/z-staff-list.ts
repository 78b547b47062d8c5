/** The content of `master:staff`, as the issuer signs it. */
import { z } from 'zod'
import { zStaffRole } from '../api/session.ts'

export const zStaffMember = z.object({
  id: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
  name: z.string().min(1).max(60),
  role: zStaffRole,
  /** argon2id, PHC string */
  pin: z.string().startsWith('$argon2id$').max(300),
})
export type StaffMember = z.infer<typeof zStaffMember>

export const zStaffList = z.object({ staff: z.array(zStaffMember).max(2_000) })
