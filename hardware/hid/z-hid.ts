/** What the HID process and the host say to each other. */
import { z } from 'zod'

const zId = z.number().int()

/**
 * Which device it is, whatever socket it is in: vendor, product and serial number. Two of one model without serial
 * numbers are told apart by nothing and count as one.
 */
const zDeviceKey = z.string().max(120)

/**
 * `denied`: the system does not let us open it. `failed`: it cannot be opened or set up. `silent`: it does not answer.
 * `unfit`: what it sends is not as its profile says.
 */
export const zHidState = z.enum(['opening', 'open', 'denied', 'failed', 'silent', 'unfit'])
export type HidState = z.infer<typeof zHidState>

export const zAttached = z.object({
  key: zDeviceKey,
  yields: z.enum(['card-uid', 'code']),
  name: z.string().max(200),
  serial: z.string().max(100).optional(),
  firmware: z.string().max(20).optional(),
  state: zHidState,
  canIdentify: z.boolean(),
})
export type Attached = z.infer<typeof zAttached>

export const zToHid = z.object({ kind: z.literal('identify'), id: zId, key: zDeviceKey })
export type ToHid = z.infer<typeof zToHid>

export const zIdentifyTrouble = z.enum(['gone', 'cannot', 'silent', 'failed'])
export type IdentifyTrouble = z.infer<typeof zIdentifyTrouble>

export const zFromHid = z.discriminatedUnion('kind', [
  /** Sent on each change and at least every second: silence means that the process hangs. */
  z.object({ kind: z.literal('seen'), devices: z.array(zAttached).max(32) }),
  z.object({
    kind: z.literal('card-uid'),
    key: zDeviceKey,
    uid: z.string().regex(/^(?:[0-9a-f]{2}){3,16}$/),
  }),
  z.object({
    kind: z.literal('code'),
    key: zDeviceKey,
    text: z.string().min(1).max(8_000),
    symbology: z.string().max(3).optional(),
  }),
  z.object({ kind: z.literal('done'), id: zId }),
  z.object({ kind: z.literal('trouble'), id: zId, trouble: zIdentifyTrouble }),
])
export type FromHid = z.infer<typeof zFromHid>
