/** How a camera is, for the screens and for the host. */
import type { DeviceFault } from '../../../main/api/services.ts'

export type CameraFault = Extract<
  DeviceFault,
  'camera.absent' | 'camera.refused' | 'camera.in-use' | 'camera.lost' | 'camera.silent'
>

export type CameraState<Stream = unknown> =
  | { state: 'opening' }
  /** `instead`: what the chosen camera is called that is not there */
  | { state: 'live'; stream: Stream; label: string; instead?: string }
  | { state: 'out'; fault: CameraFault; label: string }
