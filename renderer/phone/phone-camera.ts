/** What the phone looks through: its own camera, or, for a phone that is a second window, a window of the same computer. */
import { openSession } from '../lib/camera/camera-session.ts'
import type { CameraSource } from '../lib/camera/camera-source.ts'

/** Chosen by the person in the browser's own dialogue. */
let shared: MediaStream | undefined

const media = () => (navigator as { mediaDevices?: MediaDevices }).mediaDevices

export const phoneCamera: CameraSource = (_role, onState) => {
  if (shared?.active) {
    onState({ state: 'live', stream: shared, label: '' })
    return () => undefined
  }
  const devices = media()
  if (devices)
    return openSession({ media: devices, chosen: async () => undefined, onState, facing: 'environment' })
  onState({ state: 'out', fault: 'camera.absent', label: '' })
  return () => undefined
}

/** Phones have no windows to look at. */
export const canLookAtWindow = (): boolean => {
  const devices = media()
  return devices !== undefined && 'getDisplayMedia' in devices
}

/** @returns whether a window was chosen; it serves as camera until it is closed */
export async function lookAtWindow(): Promise<boolean> {
  try {
    shared = await media()?.getDisplayMedia({ video: { frameRate: 15 }, audio: false })
    return shared !== undefined
  } catch {
    // The person closed the dialogue.
    return false
  }
}
