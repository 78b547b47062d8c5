/** What the officer types to open a passport or an identity card. */
import { z } from 'zod'

/** YYMMDD, as in the zone */
const zZoneDate = z.string().regex(/^[0-9<]{6}$/)

export const zAccessKey = z.union([
  z.object({ mrz: z.string().min(72).max(120) }),
  z.object({
    documentNumber: z.string().min(1).max(22),
    dateOfBirth: zZoneDate,
    dateOfExpiry: zZoneDate,
  }),
  z.object({ can: z.string().regex(/^[0-9]{6}$/) }),
])
