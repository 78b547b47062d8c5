/** The messages of MDS 0.9.5 and SBI 1.0. Numbers travel as strings in both directions; both are taken. */
import { z } from 'zod'

const zName = z.string().max(200)
const zNumber = z.union([
  z.number(),
  z
    .string()
    .max(20)
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
])
const zError = z.object({
  errorCode: z.union([z.string().max(20), z.number().transform(String)]),
  errorInfo: z.string().max(2_000).nullish(),
})
export type SbiError = z.infer<typeof zError>
const zVersions = z.array(zName).max(10)
const zJws = z.string().max(65_536)

/** 0.9.5 names the device by `deviceId` and `deviceCode`, 1.0 by `serialNo`. */
const zWhich = {
  deviceId: zName.optional(),
  serialNo: zName.optional(),
  deviceCode: zName.nullish(),
}

export const zDiscovered = z
  .array(
    z
      .object({
        ...zWhich,
        deviceStatus: z.enum(['Ready', 'Busy', 'Not Ready', 'Not Registered']),
        certification: zName,
        callbackId: zName,
        digitalId: zJws.nullish(),
        specVersion: zVersions,
        purpose: zName,
        error: zError.nullish(),
      })
      .transform((device, context) => {
        const id = device.deviceId ?? device.serialNo
        if (id !== undefined) return { ...device, id }
        context.addIssue('neither deviceId nor serialNo')
        return z.NEVER
      }),
  )
  .max(20)
export type Discovered = z.infer<typeof zDiscovered>[number]

export const zInfoAnswer = z.array(z.object({ deviceInfo: zJws, error: zError.nullish() })).max(20)
export const zDeviceInfo = z.object({
  ...zWhich,
  deviceStatus: zName,
  firmware: zName.default(''),
  certification: zName,
  callbackId: zName,
  digitalId: zJws,
  env: zName,
  purpose: zName,
  specVersion: zVersions,
})
export type DeviceInfo = z.infer<typeof zDeviceInfo>
export const zDigitalId = z.object({ serialNo: zName, make: zName, model: zName, type: zName })
export type DigitalId = z.infer<typeof zDigitalId>

export const zStreamRefusal = z.object({ error: zError })

export const zCaptureAnswer = z.object({
  biometrics: z
    .array(
      z.object({
        specVersion: zName.optional(),
        data: z.string().max(4_000_000),
        hash: z.string().max(128),
        error: zError,
        // of an authentication capture only
        sessionKey: z.string().max(4_000).optional(),
        thumbprint: z.string().max(200).optional(),
        /** SBI 1.0; a vendor's own pairs, which are not looked at */
        additionalInfo: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(10),
})
export type CaptureEntry = z.infer<typeof zCaptureAnswer>['biometrics'][number]

/** A missing quality is told by a check of its own, not as an answer that cannot be read. */
export const zCaptured = z.object({
  digitalId: zJws,
  bioType: z.literal('Finger'),
  bioSubType: zName,
  purpose: zName,
  env: zName,
  domainUri: zName.optional(),
  bioValue: z.string(),
  transactionId: zName,
  /** with or without milliseconds */
  timestamp: z.iso.datetime(),
  qualityScore: zNumber.optional().catch(undefined),
})
export type Captured = z.infer<typeof zCaptured>
