/** Looks at the live portrait, away from the page: where the face is and what is to be changed. */
import modelUrl from '@mediapipe/face_detection/face_detection_short_range.tflite?url'
import { createFaceFinder } from '../../../picture/find-faces.ts'
import { judgePortrait, type PortraitFinding } from '../../../picture/judge-portrait.ts'
import { pixelsOf } from './frame-pixels.ts'
import type { Frame } from './pump-frames.ts'

export interface PortraitSeen {
  /** undefined when the picture is good */
  finding: PortraitFinding | undefined
}

/** The upright middle, as it is kept. */
const size = { width: 540, height: 720 }

const finder = fetch(new URL(modelUrl, location.href))
  .then((response) => response.arrayBuffer())
  .then((bytes) => createFaceFinder(new Uint8Array(bytes)))

// The page sends the next frame only after this one's answer.
self.onmessage = async ({ data: frame }: MessageEvent<Frame>) => {
  const picture = pixelsOf(frame, size)
  const find = await finder
  const seen: PortraitSeen = { finding: judgePortrait(picture, find(picture)) }
  self.postMessage(seen)
}
