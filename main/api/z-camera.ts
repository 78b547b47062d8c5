/** Which camera serves for what. */
import { z } from 'zod'

/** `citizen` reads codes at the kiosk, `portrait` looks at who is enrolled. */
export const zCameraRole = z.enum(['citizen', 'portrait'])
export type CameraRole = z.infer<typeof zCameraRole>

/** The id is the browser's own and changes when its data is wiped; the name then finds the camera again. */
export const zCameraChoice = z.strictObject({
  deviceId: z.string().min(1).max(200),
  label: z.string().min(1).max(200),
})
export type CameraChoice = z.infer<typeof zCameraChoice>

export const zCameraChoices = z.strictObject({
  citizen: zCameraChoice.optional(),
  portrait: zCameraChoice.optional(),
})
export type CameraChoices = z.infer<typeof zCameraChoices>
