/** What the helper program (helper/main.c) says, one JSON object a line; and what it is told. */
import { z } from 'zod'

/** The helper's own words for what went wrong; `fault-of-trouble.ts` says what they mean to the kiosk. */
export const zTrouble = z.enum([
  'cancelled',
  'too-short',
  'off-centre',
  'lift-first',
  'unclear',
  'unsupported',
  'busy',
  'template',
  'removed',
  'too-hot',
  'no-device',
  'device',
])
export type Trouble = z.infer<typeof zTrouble>

const zId = z.number().int().positive()
const zSide = z.number().int().min(1).max(2_000)
const zFound = z.object({
  driver: z.string().max(200),
  id: z.string().max(200),
  name: z.string().max(200),
  /** presses for one template */
  stages: z.number().int().min(0).max(100),
  scan: z.enum(['swipe', 'press']),
  /** gives pictures and keeps no templates inside itself */
  suitable: z.boolean(),
  open: z.boolean(),
})
export type FoundScanner = z.infer<typeof zFound>

/** What a press looked like, where the scanner keeps it. */
const zPicture = z.object({
  width: zSide,
  height: zSide,
  /** 0 where the driver does not say */
  dpi: z.number().int().min(0).max(5_000),
  minutiae: z.number().int().min(0).max(10_000),
  grey: z.base64().max(5_400_000),
})
export type Picture = z.infer<typeof zPicture>

export const zFromHelper = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({ kind: z.literal('seen'), devices: z.array(zFound).max(20), trouble: zTrouble.optional() }),
  z.object({ kind: z.literal('finger'), status: z.enum(['none', 'needed', 'present']) }),
  z.object({
    kind: z.literal('image'),
    id: zId,
    ...zPicture.shape,
  }),
  /** the library muttered something; of a picture that it throws away, nothing else is to be seen */
  z.object({ kind: z.literal('complaint'), id: zId }),
  z.object({
    kind: z.literal('stage'),
    id: zId,
    done: z.number().int().min(0).max(100),
    of: z.number().int().min(0).max(100),
    trouble: zTrouble.optional(),
    picture: zPicture.optional(),
  }),
  z.object({ kind: z.literal('enrolled'), id: zId, template: z.base64().max(100_000) }),
  z.object({ kind: z.literal('verified'), id: zId, match: z.boolean(), picture: zPicture.optional() }),
  z.object({ kind: z.literal('failed'), id: zId, trouble: zTrouble }),
])
export type FromHelper = z.infer<typeof zFromHelper>

/** What ends an operation. */
export type Outcome = Extract<FromHelper, { kind: 'image' | 'enrolled' | 'verified' | 'failed' }>

/** What is said while an operation runs. */
export type Progress = Extract<FromHelper, { kind: 'stage' | 'finger' }>

export type Operation = { do: 'capture' } | { do: 'enrol' } | { do: 'verify'; template: Uint8Array }

/** @returns the command line of an operation, with its line end */
export function commandLine(id: number, operation: Operation): string {
  switch (operation.do) {
    case 'capture':
    case 'enrol':
      return `${operation.do} ${id}\n`
    case 'verify':
      return `verify ${id} ${Buffer.from(operation.template).toString('base64')}\n`
  }
}
