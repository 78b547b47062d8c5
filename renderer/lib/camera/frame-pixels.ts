/** Inside a worker: the pixels of a frame. */
import type { RgbaPicture } from '../../../picture/grey-picture.ts'
import type { Frame } from './pump-frames.ts'

interface Cut {
  /** of the result, pixels */
  width: number
  height: number
}

let canvas: OffscreenCanvas | undefined

/**
 * Takes the frame over and gives the camera its buffer back at once.
 * @param cut the upright or wide middle in this size, instead of the whole frame as it is
 */
export function pixelsOf(frame: Frame, cut?: Cut): RgbaPicture {
  try {
    const [fullWidth, fullHeight] =
      'displayWidth' in frame ? [frame.displayWidth, frame.displayHeight] : [frame.width, frame.height]
    const { width, height } = cut ?? { width: fullWidth, height: fullHeight }
    if (canvas?.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height)
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    if (!pen) throw new Error('The browser gives no canvas')
    const scale = Math.min(fullWidth / width, fullHeight / height)
    const [across, down] = [width * scale, height * scale]
    pen.drawImage(frame, (fullWidth - across) / 2, (fullHeight - down) / 2, across, down, 0, 0, width, height)
    return { width, height, data: new Uint8ClampedArray(pen.getImageData(0, 0, width, height).data) }
  } finally {
    frame.close()
  }
}
