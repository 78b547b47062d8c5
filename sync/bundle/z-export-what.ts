/** Which requests are to go on a stick. */
import { z } from 'zod'
import { zInstant, zRequestId } from '../z-facts.ts'

export const zExportWhat = z.discriminatedUnion('what', [
  /** whatever the issuer does not have whole */
  z.object({ what: z.literal('unsent') }),
  /** saved from the first instant until before the second */
  z.object({ what: z.literal('between'), from: zInstant, to: zInstant }),
  z.object({ what: z.literal('requests'), ids: z.array(zRequestId).min(1).max(5_000) }),
])
export type ExportWhat = z.infer<typeof zExportWhat>
