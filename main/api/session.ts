/** Who sits in front of the screen now. Lives in the host; a screen only sees what `session.state` tells. */
import { z } from 'zod'

export const zStaffRole = z.enum(['officer', 'supervisor', 'technician'])
export type StaffRole = z.infer<typeof zStaffRole>

/** The role that a procedure is for. `citizen` is anybody who stands there. */
export type Role = 'citizen' | StaffRole

export interface Staff {
  id: string
  name: string
  role: StaffRole
}

/** One per window. The shells make it; only the session procedures change `staff`. */
export interface Session {
  readonly id: string
  staff: Staff | undefined
}

/**
 * @returns whether whoever is signed in may use what is meant for `role`.
 * A supervisor may do an officer's work; a technician may not see citizens' requests, nor staff the workshop's keys.
 */
export function mayUse(role: Role, staff: Staff | undefined): boolean {
  switch (role) {
    case 'citizen':
      return true
    case 'officer':
      return staff?.role === 'officer' || staff?.role === 'supervisor'
    case 'supervisor':
      return staff?.role === 'supervisor'
    case 'technician':
      return staff?.role === 'technician'
  }
}
