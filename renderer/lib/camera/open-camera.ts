/** The page's camera, or the code that says why there is none. */
import type { Refusal } from '../api/ask.ts'

const refusal = (code: Refusal['code']): Refusal => ({ ok: false, code, retry: 'now' })

/** @returns the running stream, or `camera.absent`, `camera.refused`, `camera.in-use` */
export async function openCamera(): Promise<MediaStream | Refusal> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 } },
    })
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
