/** The camera: keeps its file showing one scene, a little alive. */
import { liveFrame, toI420 } from './i420.ts'
import type { Picture } from './picture.ts'
import { toJpeg } from './portrait.ts'
import { drawScene, type Scene } from './scene.ts'
import { createCameraFile } from './y4m.ts'

const width = 1280
const height = 720
const frames = 8
const rate = 15
const noise = 4
/** Where the hand or the head is in each frame, pixels. */
const shakes = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
  [0, 0],
  [-2, 0],
  [-2, -2],
  [0, -2],
] as const

export interface VirtualCamera {
  /** @returns false for a code that no QR code can hold, or a zone that cannot be drawn */
  show(scene: Scene): Promise<boolean>
  /** what is before the camera now, JPEG, 1280x720 */
  jpeg(): Uint8Array
  showing(): Scene['show']
  close(): Promise<void>
}

/** @param path the Y4M file; made anew */
export async function createVirtualCamera(path: string, random = Math.random): Promise<VirtualCamera> {
  const file = await createCameraFile(path, { width, height, frames, rate })
  let before: Promise<unknown> = Promise.resolve()
  let showing: Scene['show'] = 'blank'
  let picture: Picture | undefined
  let encoded: Uint8Array | undefined

  async function write(scene: Scene): Promise<boolean> {
    const drawn = drawScene(scene, { width, height, random })
    if (!drawn) return false
    const still = toI420(drawn)
    await file.write((index) =>
      liveFrame(still, { width, height, shake: shakes[index % shakes.length] ?? [0, 0], noise, random }),
    )
    picture = drawn
    encoded = undefined
    showing = scene.show
    return true
  }

  return {
    show(scene) {
      // One scene after the other, or frames of two would lie in the file.
      const mine = before.then(() => write(scene))
      before = mine.catch(() => undefined)
      return mine
    },
    jpeg() {
      if (!picture) return new Uint8Array()
      encoded ??= toJpeg(picture, 88)
      return encoded
    },
    showing: () => showing,
    async close() {
      await before
      await file.close()
    },
  }
}
