/** The messages of MDS 0.9.5 (SBI). Numbers travel as strings in both directions; both are taken. */
import { z } from 'zod'

const zNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
])
const zError = z.object({
  errorCode: z.union([z.string(), z.number().transform(String)]),
  errorInfo: z.string().optional(),
})

export const zDiscovered = z
  .array(
    z.object({
      deviceId: z.string().max(100),
      deviceStatus: z.enum(['Ready', 'Busy', 'Not Ready', 'Not Registered']),
      certification: z.string(),
      callbackId: z.string().max(200),
      deviceCode: z.string().optional(),
      specVersion: z.array(z.string()).max(10),
      purpose: z.string(),
      error: zError.nullish(),
    }),
  )
  .max(20)
export type Discovered = z.infer<typeof zDiscovered>[number]

export const zInfoAnswer = z
  .array(z.object({ deviceInfo: z.string().max(65_536), error: zError.nullish() }))
  .max(20)
export const zDeviceInfo = z.object({
  deviceStatus: z.string(),
  deviceId: z.string(),
  firmware: z.string().default(''),
  certification: z.string(),
  callbackId: z.string(),
  digitalId: z.string(),
  deviceCode: z.string().optional(),
  env: z.string(),
  purpose: z.string(),
  specVersion: z.array(z.string()),
})
export const zDigitalId = z.object({
  serialNo: z.string(),
  make: z.string(),
  model: z.string(),
  type: z.string(),
})

export const zCaptureAnswer = z.object({
  biometrics: z
    .array(
      z.object({
        specVersion: z.string().optional(),
        data: z.string().max(4_000_000),
        hash: z.string().max(128),
        error: zError,
      }),
    )
    .max(10),
})
export const zCaptured = z.object({
  digitalId: z.string(),
  deviceCode: z.string().optional(),
  bioType: z.literal('Finger'),
  bioSubType: z.string(),
  purpose: z.string(),
  env: z.string(),
  bioValue: z.string(),
  transactionId: z.string(),
  timestamp: z.iso.datetime(),
  qualityScore: zNumber,
})
export type Captured = z.infer<typeof zCaptured>
