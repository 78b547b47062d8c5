/** What the page says of its camera, as the host takes it. A pure function. */
import type { CameraReport } from '../../../main/api/services.ts'
import type { CameraState } from './camera-state.ts'

/** A browser names a camera only once it may be used. */
const unnamed = 'Camera'
const longestName = 120

/** @returns what the host is to know of a camera that is in this state; nothing while it opens */
export function reportOfState(state: CameraState): CameraReport | undefined {
  switch (state.state) {
    case 'opening':
      return undefined
    case 'live':
      return state.instead
        ? { state: 'needs-attention', name: nameOf(state.label), cause: 'camera.chosen-absent' }
        : { state: 'ready', name: nameOf(state.label) }
    case 'out':
      return state.fault === 'camera.absent'
        ? { state: 'absent', cause: state.fault }
        : { state: 'needs-attention', name: nameOf(state.label), cause: state.fault }
  }
}

/** @param label what the browser calls it @returns what a person may read */
export function nameOf(label: string): string {
  // Chromium names a virtual camera by its file: the folder says nothing to anybody.
  const file = label.replace(/^.*[\\/]/, '').trim()
  return file.slice(0, longestName).trim() || unnamed
}
