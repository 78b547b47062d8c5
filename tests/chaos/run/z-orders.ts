/** What the chaos run says to its processes, and they to it: a JSON line each. */
import { writeSync } from 'node:fs'
import { z } from 'zod'
import { zRequestId, zRequestState } from '../../../sync/z-facts.ts'

export const zKioskOrder = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('save'),
    id: zRequestId,
    kind: z.enum(['enrolment', 'reissue']),
    cid: z.string(),
    /** bytes of each part */
    sizes: z.array(z.number().int().positive()),
  }),
  z.object({ do: z.literal('list') }),
  z.object({ do: z.literal('wake') }),
  /** how the link and its lanes stand */
  z.object({ do: z.literal('engine') }),
  z.object({ do: z.literal('clock'), offsetMs: z.number() }),
])
export type KioskOrder = z.infer<typeof zKioskOrder>

const zQueueLine = z.object({
  id: zRequestId,
  state: zRequestState,
  bytesToGo: z.number(),
  /** how often the issuer said that it is ready */
  readies: z.number(),
  refusal: z.string().optional(),
})
export type QueueLine = z.infer<typeof zQueueLine>

export const zSaved = z.object({ id: zRequestId, saved: z.boolean(), code: z.string().optional() })
export const zQueue = z.object({ queue: z.array(zQueueLine) })
export const zEngine = z.object({ engine: z.unknown() })
export const zReady = z.object({ ready: z.literal(true), url: z.url().optional() })
export const zCode = z.object({ code: z.string() })

/** At once and whole: what was said before the kill was said. */
export function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}
