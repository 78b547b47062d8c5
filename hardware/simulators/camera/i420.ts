/** Pictures as a camera delivers them: I420, limited range (ITU-R BT.601), a little noise and shake in each frame. */
import type { Picture } from './picture.ts'

/** @param picture even width and height @returns Y, then U and V at half the size */
export function toI420({ width, height, rgb }: Picture): Uint8Array {
  const pixels = width * height
  const out = new Uint8Array((pixels * 3) / 2)
  for (let i = 0; i < pixels; i += 1) {
    const [r, g, b] = [rgb[i * 3] ?? 0, rgb[i * 3 + 1] ?? 0, rgb[i * 3 + 2] ?? 0]
    out[i] = 16 + (65.74 * r + 129.06 * g + 25.06 * b) / 256
  }
  const half = width / 2
  for (let y = 0; y < height / 2; y += 1) {
    for (let x = 0; x < half; x += 1) {
      const from = (y * 2 * width + x * 2) * 3
      const [r, g, b] = [rgb[from] ?? 0, rgb[from + 1] ?? 0, rgb[from + 2] ?? 0]
      const at = pixels + y * half + x
      out[at] = 128 + (-37.95 * r - 74.49 * g + 112.44 * b) / 256
      out[at + pixels / 4] = 128 + (112.44 * r - 94.15 * g - 18.29 * b) / 256
    }
  }
  return out
}

/**
 * @param still one I420 frame
 * @param options.shake how far the picture moves, pixels, even
 * @param options.noise how much a pixel's brightness changes, levels of 255
 * @returns another frame of the same scene
 */
export function liveFrame(
  still: Uint8Array,
  options: {
    width: number
    height: number
    shake: readonly [number, number]
    noise: number
    random: () => number
  },
): Uint8Array {
  const { width, height, shake, noise, random } = options
  const frame = new Uint8Array(still.length)
  const pixels = width * height
  shiftPlane(still.subarray(0, pixels), frame.subarray(0, pixels), width, shake)
  const halfShake = [shake[0] / 2, shake[1] / 2] as const
  for (const from of [pixels, pixels + pixels / 4]) {
    const plane = (bytes: Uint8Array) => bytes.subarray(from, from + pixels / 4)
    shiftPlane(plane(still), plane(frame), width / 2, halfShake)
  }
  addNoise(frame.subarray(0, pixels), noise, random)
  return frame
}

/** Rows and columns that come in from outside repeat the edge. */
function shiftPlane(from: Uint8Array, to: Uint8Array, width: number, [dx, dy]: readonly [number, number]) {
  const height = from.length / width
  for (let y = 0; y < height; y += 1) {
    const source = Math.min(height - 1, Math.max(0, y - dy)) * width
    const row = from.subarray(source, source + width)
    const [left, right] = [Math.max(0, dx), Math.max(0, -dx)]
    to.set(row.subarray(right, width - left), y * width + left)
    to.fill(row[0] ?? 0, y * width, y * width + left)
    to.fill(row[width - 1] ?? 0, (y + 1) * width - right, (y + 1) * width)
  }
}

const grains = 4_099

/** A prime number of grains laid over and over the picture shows no pattern, and costs no random number a pixel. */
function addNoise(plane: Uint8Array, noise: number, random: () => number): void {
  const table = Int8Array.from({ length: grains }, () => Math.round((random() * 2 - 1) * noise))
  for (let i = 0; i < plane.length; i += 1) {
    plane[i] = Math.min(235, Math.max(16, (plane[i] ?? 0) + (table[i % grains] ?? 0)))
  }
}
