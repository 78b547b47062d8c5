/**
 * What a screen shows so that a camera gets all of the sealed bytes: one code where it fits, else fountain-coded frames
 * (Uniform Resources, BCR-2020-005), of which any, in any order, will do.
 */
import { UR, UREncoder } from '@ngraveio/bc-ur'
import { encode } from 'cborg'
import { toBase45 } from './base45.ts'
import { transferOf } from './seal.ts'

/** of sealed bytes: two thousand characters, a code of 133 modules, which a phone reads off a screen at arm's length */
export const mostInOneCode = 1_300
/** of a frame: 67 modules, read also while the phone moves */
const fragmentBytes = 180
export const urType = 'btkiosk-h1'

export interface Frames {
  transfer: string
  /** one text, or a round of them, shown over and over */
  frames: string[]
  /** how many different frames a phone needs at the least */
  needed: number
  /** that were sealed */
  bytes: number
}

/** @returns the texts of the codes, all of them in the characters that a QR code packs closest */
export function framesFor(sealed: Uint8Array, { oneCodeBytes = mostInOneCode } = {}): Frames {
  const transfer = transferOf(sealed)
  if (sealed.length <= oneCodeBytes) {
    const text = `BTKIOSK:H1:${transfer}:${toBase45(sealed)}`
    return { transfer, frames: [text], needed: 1, bytes: sealed.length }
  }
  const message = Buffer.from(encode([transfer, Uint8Array.from(sealed)]))
  const encoder = new UREncoder(new UR(message, urType), fragmentBytes)
  const needed = encoder.fragmentsLength
  // The plain fragments first, then three times as many mixtures: a round is long before it repeats itself.
  const frames = Array.from({ length: needed * 4 }, () => encoder.nextPart().toUpperCase())
  return { transfer, frames, needed, bytes: sealed.length }
}
