/** What the PC/SC process and the host say to each other. Bytes travel as hex, so that both kinds of channel carry them. */
import { z } from 'zod'

const zHex = z
  .string()
  .max(140_000)
  .regex(/^(?:[0-9a-f]{2})*$/)

export const zToPcsc = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connect'), id: z.number().int(), reader: z.string().max(300) }),
  z.object({
    kind: z.literal('transmit'),
    id: z.number().int(),
    apdu: zHex,
    most: z.number().int().max(66_000),
  }),
  z.object({ kind: z.literal('disconnect'), id: z.number().int() }),
])
export type ToPcsc = z.infer<typeof zToPcsc>

/** Why a request to the card failed, as far as PC/SC tells. */
export const zCardTrouble = z.enum(['service-down', 'no-reader', 'no-card', 'removed', 'mute', 'other'])
export type CardTrouble = z.infer<typeof zCardTrouble>

export const zReader = z.object({ name: z.string().max(300), holdsCard: z.boolean() })
export type Reader = z.infer<typeof zReader>

export const zFromPcsc = z.discriminatedUnion('kind', [
  /** Sent on each change and at least every few seconds: silence means that the process hangs. */
  z.object({ kind: z.literal('seen'), service: z.enum(['up', 'down']), readers: z.array(zReader).max(32) }),
  /** The answer to `connect` is the card's ATR. */
  z.object({ kind: z.literal('answer'), id: z.number().int(), bytes: zHex }),
  z.object({ kind: z.literal('failed'), id: z.number().int(), trouble: zCardTrouble }),
])
export type FromPcsc = z.infer<typeof zFromPcsc>
