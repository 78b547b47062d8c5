/** Where a page's pictures come from. The kiosk's page asks its host which camera serves for what; a phone has its own. */
import type { CameraRole } from '../../../main/api/z-camera.ts'
import type { CameraState } from './camera-state.ts'

/** Opens the camera that serves for `role`. @returns ends it */
export type CameraSource = (
  role: CameraRole,
  onState: (state: CameraState<MediaStream>) => void,
) => () => void

let source: CameraSource = (_role, onState) => {
  onState({ state: 'out', fault: 'camera.absent', label: '' })
  return () => undefined
}

/** Said once, by whoever starts the page. */
export function setCameraSource(its: CameraSource): void {
  source = its
}

export const useCamera: CameraSource = (role, onState) => source(role, onState)
