/**
 * Whether a portrait can be used, from its bytes alone: a whole JPEG (ITU-T T.81) of a person-sized picture. What the
 * picture shows is judged in judge-portrait.ts; this is the border against a page that sends something else.
 */
import { err, ok, type Result } from 'neverthrow'
import type { Failure } from '../api/answer.ts'

export const portraitLimits = { minWidth: 480, minHeight: 600, maxSide: 6_000, maxBytes: 1_500_000 } as const

export interface PictureSize {
  width: number
  height: number
}

const marker = { startOfImage: 0xd8, endOfImage: 0xd9, startOfScan: 0xda } as const

/** Start-of-frame markers; C4, C8 and CC lie between them and mean something else. */
const isStartOfFrame = (code: number) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code)

/** @returns the size that the frame header says, or undefined if these are not the bytes of a whole JPEG */
export function jpegSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 20 || view.getUint16(0) !== (0xff00 | marker.startOfImage)) return undefined
  if (view.getUint16(bytes.length - 2) !== (0xff00 | marker.endOfImage)) return undefined
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const code = bytes[at + 1] ?? 0
    if (code === 0xff) {
      at += 1 // fill bytes may stand before a marker
      continue
    }
    if (code === marker.startOfScan || code === marker.endOfImage) return undefined
    if (isStartOfFrame(code)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** @returns the picture's size, or `portrait.unusable` with {minWidth, minHeight} where it is the size that is wrong */
export function checkPortrait(bytes: Uint8Array): Result<PictureSize, Failure> {
  const { minWidth, minHeight, maxSide, maxBytes } = portraitLimits
  const size = bytes.length <= maxBytes ? jpegSize(bytes) : undefined
  if (!size) return err({ code: 'portrait.unusable', detail: { maxBytes } })
  const { width, height } = size
  if (width < minWidth || height < minHeight || width > maxSide || height > maxSide) {
    return err({ code: 'portrait.unusable', detail: { width, height, minWidth, minHeight } })
  }
  return ok(size)
}

/** The name under which a draft's portrait lies. */
export const portraitPiece = (sha256: string) => `portrait-${sha256}`
