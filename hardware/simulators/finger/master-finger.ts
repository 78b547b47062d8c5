/**
 * A finger that nobody has. Sparse noise is filtered again and again with Gabor kernels along a field of directions,
 * until ridges have grown; where they meet unevenly, minutiae are. 500 dpi.
 */
import { orientationField, type Size } from './orientation.ts'
import { seeded, type Random } from './random.ts'

export interface MasterFinger extends Size {
  /** from -1 (valley) to 1 (ridge) */
  ridges: Float32Array
}

export const size: Size = { width: 256, height: 320 }
const steps = 36
const reach = 8
const side = 2 * reach + 1
const rounds = 12

/** @param person @param finger 0 to 9 @returns the same finger every time; about a second of work */
export function growFinger(person: number, finger: number): MasterFinger {
  const random = seeded(person * 7_919 + finger * 104_729 + 17)
  const kernels = gaborKernels(7.6 + random() * 3)
  const field = orientationField(size, steps, random)
  let ridges = seedNoise(random)
  for (let round = 0; round < rounds; round += 1) ridges = filter(ridges, field, kernels)
  return { ...size, ridges }
}

function seedNoise(random: Random): Float32Array {
  return Float32Array.from({ length: size.width * size.height }, () => {
    const seed = random() < 0.02 ? 1 : 0
    return seed + (random() - 0.5) * 0.1
  })
}

/** @param period of the ridges, pixels @returns one kernel for each direction, its sum 0 */
function gaborKernels(period: number): Float32Array[] {
  return Array.from({ length: steps }, (_, step) => {
    const angle = (step * Math.PI) / steps
    const kernel = new Float32Array(side * side)
    for (let y = -reach; y <= reach; y += 1) {
      for (let x = -reach; x <= reach; x += 1) {
        const across = -x * Math.sin(angle) + y * Math.cos(angle)
        const near = Math.exp(-(x * x + y * y) / (2 * 3.8 * 3.8))
        kernel[(y + reach) * side + x + reach] = near * Math.cos((2 * Math.PI * across) / period)
      }
    }
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length
    return kernel.map((value) => value - mean)
  })
}

function filter(before: Float32Array, field: Uint8Array, kernels: readonly Float32Array[]): Float32Array {
  const { width, height } = size
  const after = new Float32Array(before.length)
  let power = 0
  for (let y = reach; y < height - reach; y += 1) {
    for (let x = reach; x < width - reach; x += 1) {
      const kernel = kernels[field[y * width + x] ?? 0] ?? new Float32Array(0)
      let sum = 0
      let tap = 0
      for (let row = -reach; row <= reach; row += 1) {
        let from = (y + row) * width + x - reach
        for (let column = 0; column < side; column += 1) sum += (kernel[tap++] ?? 0) * (before[from++] ?? 0)
      }
      after[y * width + x] = sum
      power += sum * sum
    }
  }
  const scale = 1.5 / (Math.sqrt(power / after.length) || 1)
  return after.map((value) => Math.tanh(value * scale))
}
