/** One frame of an animated code: `UR:BTKIOSK-H1/<number>-<count>/<bytewords>` (BCR-2020-005). */
import { decode } from 'cborg'
import { z } from 'zod'
import { readBytewords } from './bytewords.ts'

const longestFrame = 3_000
/** A credential with a portrait is under 4 kB; what says that it is much longer is none of ours. */
/** with its name, which the count leaves out */
const longestMessage = 16_384 + 32
const mostFragments = 200

const zPart = z.tuple([
  z.number().int().min(1).max(0xffffffff),
  z.number().int().min(1).max(mostFragments),
  z.number().int().min(1).max(longestMessage),
  z.number().int().min(0).max(0xffffffff),
  z.instanceof(Uint8Array).refine(({ length }) => length > 0 && length <= longestFrame),
])

export interface FramePart {
  /** from 1; the first `count` carry one fragment each, those after them mixtures */
  number: number
  count: number
  /** of the whole message, bytes */
  length: number
  /** CRC-32 of the whole message */
  checksum: number
  data: Uint8Array
}

const start = /^ur:btkiosk-h1\/(\d{1,10})-(\d{1,5})\/([a-z]+)$/

export const isFrame = (text: string): boolean => /^ur:btkiosk-h1\//i.test(text)

/** @returns undefined for what is not a whole frame */
export function readFrame(text: string): FramePart | undefined {
  if (text.length > longestFrame) return undefined
  const [, said, saidCount, words] = start.exec(text.toLowerCase()) ?? []
  const bytes = words === undefined ? undefined : readBytewords(words)
  if (!bytes) return undefined
  try {
    const [number, count, length, checksum, data] = zPart.parse(decode(bytes))
    const fits = data.length * count >= length && data.length * (count - 1) < length
    const same = Number(said) === number && Number(saidCount) === count
    return fits && same ? { number, count, length, checksum, data } : undefined
  } catch {
    return undefined
  }
}
