/** What the page says of its camera, as the host takes it. A pure function. */
import type { CameraReport } from '../../../main/api/services.ts'

/** A browser names a camera only once it may be used. */
const unnamed = 'Camera'
const longestName = 120

/**
 * @param fault why the camera could not be used; undefined when it can
 * @param label what the browser calls it
 */
export function cameraReport(
  fault: 'camera.absent' | 'camera.refused' | 'camera.in-use' | undefined,
  label = '',
): CameraReport {
  // Chromium names a virtual camera by its file: the folder says nothing to anybody.
  const name =
    label
      .replace(/^.*[\\/]/, '')
      .trim()
      .slice(0, longestName)
      .trim() || unnamed
  if (fault === 'camera.absent') return { state: 'absent', cause: fault }
  return fault ? { state: 'needs-attention', name, cause: fault } : { state: 'ready', name }
}
