/** Xoshiro256**, the generator by which encoder and decoder of fountain codes choose the same fragments (BCR-2024-001). */
const mask = (1n << 64n) - 1n
const turn = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & mask

/** @param seed 32 bytes, a SHA-256 @returns numbers from 0 to below 1, the same for the same seed */
export function xoshiro(seed: Uint8Array<ArrayBuffer>): () => number {
  const view = new DataView(seed.buffer, seed.byteOffset)
  let [a, b, c, d] = [
    view.getBigUint64(0),
    view.getBigUint64(8),
    view.getBigUint64(16),
    view.getBigUint64(24),
  ]
  return () => {
    const result = (turn((b * 5n) & mask, 7n) * 9n) & mask
    const shifted = (b << 17n) & mask
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = turn(d, 45n)
    return Number(result) / 2 ** 64
  }
}
