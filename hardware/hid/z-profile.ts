/**
 * What the kiosk knows of one kind of HID device. A profile is a file in `profiles/`, so a new model is a file and no
 * code: docs/adding-a-device.md.
 */
import { z } from 'zod'

/** Four hexadecimal digits, as `lsusb` prints them. */
const zWord = z.string().regex(/^[0-9a-f]{4}$/, 'four hexadecimal digits in lower case')

/** Bytes as hexadecimal digits; the first one is the report id, 00 for a device without report ids. */
const zBytes = z
  .string()
  .regex(/^(?:[0-9a-f]{2}){1,65}$/, '1 to 65 bytes as hexadecimal digits in lower case')
  .transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))

const zOffset = z.number().int().min(0).max(1_023)

/** Something that is sent to the device. */
const zSignal = z.strictObject({ as: z.enum(['output', 'feature']), bytes: zBytes })
export type Signal = z.infer<typeof zSignal>

const zMatch = z.union([
  /** these models of this maker; usage page and usage where the model shows several interfaces */
  z.strictObject({
    vendor: zWord,
    products: z.array(zWord).min(1),
    usagePage: zWord.optional(),
    usage: zWord.optional(),
  }),
  /** every device of a standard class; a profile of the very model goes before it */
  z.strictObject({ usagePage: zWord, usage: zWord }),
])

/** Where a report says how many of its bytes count. */
const zCount = z.strictObject({ at: zOffset })

const zCardLayout = z.strictObject({
  /** the first byte of each report, where the device numbers its reports */
  report: z.number().int().min(1).max(255).optional(),
  uid: z.strictObject({ at: zOffset, most: z.number().int().min(1).max(32) }),
  count: zCount.optional(),
  /** `last-first`: the least significant byte comes first */
  order: z.enum(['first-first', 'last-first']).default('first-first'),
})
export type CardLayout = z.infer<typeof zCardLayout>

const zCodeLayout = z.strictObject({
  report: z.number().int().min(1).max(255).optional(),
  count: zCount,
  text: z.strictObject({ at: zOffset, most: z.number().int().min(1).max(1_023) }),
  /** three characters of ISO/IEC 15424, as `]Q1` */
  symbology: z.strictObject({ at: zOffset }).optional(),
  /** this bit says that the code goes on in the next report */
  more: z.strictObject({ at: zOffset, bit: z.number().int().min(0).max(7) }).optional(),
})
export type CodeLayout = z.infer<typeof zCodeLayout>

/** A reader that says nothing by itself is asked again and again: a feature report out, a feature report in. */
const zPoll = z.strictObject({
  ask: zBytes.optional(),
  answer: z.strictObject({
    report: z.number().int().min(0).max(255),
    bytes: z.number().int().min(2).max(257),
  }),
  everyMs: z.number().int().min(50).max(2_000),
})
export type Poll = z.infer<typeof zPoll>

const shared = {
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  /** shown to the technician */
  model: z.string().min(1).max(80),
  /** where the layout was learned: a manual, a specification, a captured report */
  source: z.string().min(1).max(300),
  match: zMatch,
  /** sent once after opening */
  setUp: z.array(zSignal).max(8).default([]),
  /** makes it beep or blink; without it the kiosk says that this model cannot */
  identify: zSignal.optional(),
}

export const zProfile = z.discriminatedUnion('yields', [
  z.strictObject({
    ...shared,
    yields: z.literal('card-uid'),
    layout: zCardLayout,
    poll: zPoll.optional(),
  }),
  z.strictObject({ ...shared, yields: z.literal('code'), layout: zCodeLayout }),
])
export type Profile = z.infer<typeof zProfile>
export type Yields = Profile['yields']
