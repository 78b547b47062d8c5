/** The volumes of a bundle, made again whenever they are asked for: its index, and the payloads behind it. */
import { sha256Hex } from '../packet.ts'
import { volumeBytes, type PayloadRef } from './z-bundle.ts'

export interface BundleContent {
  /** the index as ciphertext */
  index: Uint8Array
  payloads: readonly PayloadRef[]
}

/** @returns the bytes of a payload, or undefined where it is not here or no longer what its name says */
export type ReadPayload = (sha256: string) => Promise<Uint8Array | undefined>

/** A payload that was counted on is not here (any more). */
export class PayloadGone extends Error {
  readonly sha256: string
  constructor(sha256: string) {
    super('a payload of the bundle is not here')
    this.sha256 = sha256
  }
}

export interface BundleStream {
  readonly count: number
  readonly bytes: number
  /** @throws PayloadGone */
  volume(n: number): Promise<Uint8Array>
}

/** @param size of a volume, in bytes */
export function bundleStream(
  { index, payloads }: BundleContent,
  read: ReadPayload,
  size = volumeBytes,
): BundleStream {
  const starts: number[] = []
  let bytes = index.length
  for (const payload of payloads) {
    starts.push(bytes)
    bytes += payload.bytes
  }
  // A payload that goes over the end of a volume is wanted twice.
  let last: { sha256: string; bytes: Uint8Array } | undefined

  async function payload({ sha256, bytes: length }: PayloadRef): Promise<Uint8Array> {
    if (last?.sha256 === sha256) return last.bytes
    const found = await read(sha256)
    if (!found || found.length !== length) throw new PayloadGone(sha256)
    last = { sha256, bytes: found }
    return found
  }

  async function volume(n: number): Promise<Uint8Array> {
    const from = n * size
    const to = Math.min(bytes, from + size)
    const out = Buffer.alloc(to - from)
    const put = (start: number, piece: Uint8Array) => {
      const first = Math.max(from, start)
      const end = Math.min(to, start + piece.length)
      if (first < end) out.set(piece.subarray(first - start, end - start), first - from)
    }
    put(0, index)
    for (const [i, one] of payloads.entries()) {
      const start = starts[i] ?? 0
      if (start >= to) break
      if (start + one.bytes > from) put(start, await payload(one))
    }
    return out
  }

  return { count: Math.ceil(bytes / size), bytes, volume }
}

/** @returns size and hash of every volume @throws PayloadGone */
export async function describeVolumes(stream: BundleStream): Promise<{ bytes: number; sha256: string }[]> {
  const volumes = []
  for (let n = 0; n < stream.count; n += 1) {
    const bytes = await stream.volume(n)
    volumes.push({ bytes: bytes.length, sha256: sha256Hex(bytes) })
  }
  return volumes
}
