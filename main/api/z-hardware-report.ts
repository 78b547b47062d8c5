/**
 * What a technician takes home about the hardware of a kiosk: no citizen's data, nothing of what was read in a test. The
 * words that a person reads come from the screen, which has the texts; the facts come from the host.
 */
import { z } from 'zod'
import { zDeviceFault, zDeviceKind, zDeviceRole } from '../../hardware/z-device.ts'
import { zInstant } from '../../sync/z-facts.ts'
import { zFailureCode } from './failure.ts'
import { zMediumId } from './z-medium.ts'

const zCause = z.object({
  code: zFailureCode,
  /** what the technician can do about it */
  remedy: z.string().optional(),
})

const zTested = z.object({
  at: zInstant,
  passed: z.boolean(),
  cause: zCause.optional(),
  facts: z.array(z.object({ fact: z.string(), value: z.string() })),
})

export const zReportedDevice = z.object({
  kind: zDeviceKind,
  state: z.enum(['absent', 'starting', 'ready', 'busy', 'needs-attention', 'gone']),
  name: z.string().optional(),
  serial: z.string().optional(),
  firmware: z.string().optional(),
  role: zDeviceRole.optional(),
  lastUse: zInstant.optional(),
  optional: z.boolean().optional(),
  cause: zCause.extend({ code: zDeviceFault }).optional(),
  /** of whoever is signed in now, since the sign-in; oldest first */
  tests: z.array(zTested),
})
export type ReportedDevice = z.infer<typeof zReportedDevice>

export const zHardwareReport = z.object({
  format: z.literal('id-kiosk-hardware-report'),
  version: z.literal(1),
  made: zInstant,
  kiosk: z.object({ id: z.string(), office: z.string(), version: z.string(), demo: z.boolean() }),
  machine: z.object({ system: z.string(), runtime: z.string() }),
  /** quality from 0 to 100 that each finger should reach, and the tries for one hand */
  thresholds: z.object({ fingerQuality: z.number(), fingerTries: z.number() }),
  devices: z.array(zReportedDevice),
})
export type HardwareReport = z.infer<typeof zHardwareReport>

/** The words of a report by their keys, as `kind.camera` or `remedy.camera.absent`. */
export const zReportWords = z
  .record(z.string().regex(/^[A-Za-z0-9.-]{1,80}$/), z.string().max(800))
  .refine((words) => Object.keys(words).length <= 400)
export type ReportWords = z.infer<typeof zReportWords>

export const zSaveReport = z.strictObject({ medium: zMediumId, words: zReportWords })

const zPixels = z.number().int().min(1).max(20_000)
/** What the page's own test of its camera found: the size of its picture. */
export const zCameraTested = z.strictObject({ width: zPixels, height: zPixels })
