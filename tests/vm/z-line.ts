/** What the virtual machine and the host say to each other over the second serial port: one JSON object a line. */
import { z } from 'zod'
import { zCardName } from '../../hardware/simulators/card/card-slot.ts'

/** What only the host's hands can do: the card and the USB reader are outside the machine. */
export const zRequest = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('insert'),
    card: zCardName,
    pullAfterApdus: z.number().int().min(0).optional(),
  }),
  z.object({ do: z.literal('remove') }),
  z.object({ do: z.literal('unplug-reader') }),
  z.object({ do: z.literal('plug-reader') }),
])
export type Request = z.infer<typeof zRequest>

export const zFromGuest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up'), kernel: z.string(), node: z.string() }),
  z.object({ kind: z.literal('request'), id: z.number().int(), request: zRequest }),
  z.object({
    kind: z.literal('result'),
    scenario: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    /** why it failed */
    why: z.string().optional(),
  }),
  z.object({ kind: z.literal('end') }),
])
export type FromGuest = z.infer<typeof zFromGuest>

const zKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })

export const zFromHost = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begin'), trusted: z.array(zKey), only: z.enum(['hid', 'ccid']).optional() }),
  z.object({ kind: z.literal('done'), id: z.number().int(), trouble: z.string().optional() }),
])
export type FromHost = z.infer<typeof zFromHost>
