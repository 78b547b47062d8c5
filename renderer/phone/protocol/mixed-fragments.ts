/** Which fragments a frame mixes; its number says it (BCR-2024-001, "Multipart UR"). */
import { sha256 } from './digest.ts'
import { xoshiro } from './xoshiro.ts'

/** @returns indices of the fragments whose XOR the frame carries */
export async function mixedFragments(number: number, count: number, checksum: number): Promise<number[]> {
  if (number <= count) return [number - 1]
  const seed = new Uint8Array(8)
  const view = new DataView(seed.buffer)
  view.setUint32(0, number)
  view.setUint32(4, checksum)
  const next = xoshiro(await sha256(seed))
  const degree = drawDegree(count, next)
  const left = Array.from({ length: count }, (_, index) => index)
  return Array.from({ length: degree }, () => left.splice(Math.floor(next() * left.length), 1)).flat()
}

/** Degree n has the weight 1/n; drawn by Vose's alias method, whose every step both sides have to take alike. */
function drawDegree(count: number, next: () => number): number {
  const weights = Array.from({ length: count }, (_, index) => 1 / (index + 1))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const scaled = weights.map((weight) => (weight * count) / sum)
  const probability = scaled.map(() => 1)
  const alias = scaled.map((_, index) => index)
  const small: number[] = []
  const large: number[] = []
  for (let index = count - 1; index >= 0; index -= 1) ((scaled[index] ?? 1) < 1 ? small : large).push(index)
  for (;;) {
    if (small.length === 0 || large.length === 0) break
    const less = small.pop() ?? 0
    const more = large.pop() ?? 0
    probability[less] = scaled[less] ?? 1
    alias[less] = more
    const rest = (scaled[more] ?? 0) + (scaled[less] ?? 0) - 1
    scaled[more] = rest
    ;(rest < 1 ? small : large).push(more)
  }
  const column = Math.floor(next() * count)
  return (next() < (probability[column] ?? 1) ? column : (alias[column] ?? column)) + 1
}
