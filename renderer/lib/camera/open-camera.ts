/** The page's camera, or the code that says why there is none. */
import type { Refusal } from '../api/ask.ts'
import { reportOf, tellCamera } from './report-camera.ts'

type CameraFault = 'camera.absent' | 'camera.refused' | 'camera.in-use'

function refusal(code: CameraFault): Refusal {
  tellCamera(reportOf(code))
  return { ok: false, code, retry: 'now' }
}

/** @returns the running stream, or `camera.absent`, `camera.refused`, `camera.in-use` */
export async function openCamera(): Promise<MediaStream | Refusal> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 } },
    })
    tellCamera(reportOf(undefined, stream.getVideoTracks()[0]?.label))
    return stream
  } catch (error) {
    switch (error instanceof DOMException ? error.name : '') {
      case 'NotAllowedError':
      case 'SecurityError':
        return refusal('camera.refused')
      case 'NotReadableError':
      case 'AbortError':
        return refusal('camera.in-use')
      default:
        return refusal('camera.absent')
    }
  }
}
