/**
 * Where faces are in a picture, by Google's BlazeFace for near faces (`face_detection_short_range.tflite` in the package
 * `@mediapipe/face_detection`, Apache 2.0). The picture is looked at with 128 by 128 pixels, so a face much smaller than
 * an eighth of it is not seen.
 */
import type { RgbaPicture } from './grey-picture.ts'
import { readModel } from './model-file.ts'
import { runModel } from './run-model.ts'

/** All lengths and places are parts of the picture's width (x) and height (y). */
export interface Face {
  left: number
  top: number
  width: number
  height: number
  /** as the camera sees them: the eye on the left of the picture first */
  eyes: readonly [Place, Place]
  nose: Place
  mouth: Place
  /** 0 to 1 */
  score: number
}
export interface Place {
  x: number
  y: number
}

const side = 128
/** per face: middle, size, then right eye, left eye, nose, mouth, two ears; in pixels of `side` */
const numbersEach = 16
/** of the grids of 16 and of 8, as the network was made: two and six at each place */
const grids = [
  { cells: 16, each: 2 },
  { cells: 8, each: 6 },
] as const
/** Below it, what looks like a face is mostly none. */
const leastScore = 0.6
/** Two finds that share more than this part are one face. */
const mostShared = 0.3

/** @param file the model @returns finds the faces in a picture, the surest first */
export function createFaceFinder(file: Uint8Array): (picture: RgbaPicture) => Face[] {
  const model = readModel(file)
  return (picture) => {
    const { input, scale, left, top } = shrink(picture)
    const [places, scores] = runModel(model, input)
    if (!places || !scores) return []
    const found: Face[] = []
    anchors.forEach(([ax, ay], index) => {
      const score = 1 / (1 + Math.exp(-(scores[index] ?? -100)))
      if (score < leastScore) return
      const at = (i: number) => places[index * numbersEach + i] ?? 0
      const place = (i: number): Place => ({
        x: ((at(i) + ax * side - left) * scale) / picture.width,
        y: ((at(i + 1) + ay * side - top) * scale) / picture.height,
      })
      const middle = place(0)
      const [width, height] = [(at(2) * scale) / picture.width, (at(3) * scale) / picture.height]
      found.push({
        ...{ left: middle.x - width / 2, top: middle.y - height / 2, width, height, score },
        ...{ eyes: [place(4), place(6)], nose: place(8), mouth: place(10) },
      })
    })
    return distinct(found.toSorted((a, b) => b.score - a.score))
  }
}

const anchors: readonly (readonly [number, number])[] = grids.flatMap(({ cells, each }) =>
  Array.from({ length: cells * cells * each }, (_, index) => {
    const cell = Math.floor(index / each)
    return [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells] as const
  }),
)

/** The whole picture in a square, black where it does not reach, levels from -1 to 1; each pixel a mean of nine. */
function shrink({ width, height, data }: RgbaPicture) {
  const scale = Math.max(width, height) / side
  const [left, top] = [(side - width / scale) / 2, (side - height / scale) / 2]
  const input = new Float32Array(side * side * 3).fill(-1)
  for (let y = Math.ceil(top); y < side - top; y += 1) {
    for (let x = Math.ceil(left); x < side - left; x += 1) {
      let [red, green, blue] = [0, 0, 0]
      for (let part = 0; part < 9; part += 1) {
        const sx = Math.min(width - 1, Math.max(0, Math.floor((x - left + ((part % 3) + 0.5) / 3) * scale)))
        const row = Math.floor((y - top + (Math.floor(part / 3) + 0.5) / 3) * scale)
        const at = (Math.min(height - 1, Math.max(0, row)) * width + sx) * 4
        red += data[at] ?? 0
        green += data[at + 1] ?? 0
        blue += data[at + 2] ?? 0
      }
      const to = (y * side + x) * 3
      input[to] = red / 9 / 127.5 - 1
      input[to + 1] = green / 9 / 127.5 - 1
      input[to + 2] = blue / 9 / 127.5 - 1
    }
  }
  return { input, scale, left, top }
}

function distinct(faces: readonly Face[]): Face[] {
  const kept: Face[] = []
  for (const face of faces) if (kept.every((other) => shared(face, other) < mostShared)) kept.push(face)
  return kept
}

/** the part of both together that both cover */
function shared(a: Face, b: Face): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  const both = Math.max(0, width) * Math.max(0, height)
  return both / (a.width * a.height + b.width * b.height - both)
}
