/** Reads the codes in one picture: as it is first, then, while there is time, made clearer in a few ways. */
import {
  double,
  greyOf,
  half,
  rgbaOf,
  smooth,
  stretch,
  type GreyPicture,
  type RgbaPicture,
} from '../../../picture/grey-picture.ts'

/** Finds the codes in a picture as it is; an engine throws nothing at what it cannot read. */
export type ReadCodes = (picture: RgbaPicture) => Promise<string[]>

/** A code is hostile text; a QR code holds at most 2953 bytes, and nothing of ours is longer. */
const longestText = 6_000
/** No camera here gives more; a larger picture is not looked at. */
const mostPixels = 4_096 * 2_304
/** Beyond this, doubling costs more than the time for a frame. */
const mostToDouble = 1_280 * 720
/** What the kiosk, its slips and wallets write; where several codes are in view these come first. */
const ours = /^(btkiosk:|openid|eudi-|haip|didcomm:|\{|ey[\w-]+\.)/i

export interface DecoderOptions {
  /** no further pass begins later than this after the picture came, ms */
  budgetMs: number
  /** monotonic, ms */
  now: () => number
}

const passes: readonly ((picture: GreyPicture) => GreyPicture | undefined)[] = [
  (picture) => stretch(smooth(picture)),
  (picture) =>
    picture.width * picture.height <= mostToDouble ? double(stretch(smooth(picture))) : undefined,
  (picture) => stretch(half(picture)),
]

/** @returns reads a picture; its codes, ours first, none twice; empty when there is none that can be read */
export function createCodeDecoder(read: ReadCodes, { budgetMs, now }: DecoderOptions) {
  return async (picture: RgbaPicture): Promise<string[]> => {
    const { width, height, data } = picture
    if (width < 1 || height < 1 || width * height > mostPixels || data.length !== width * height * 4)
      return []
    const from = now()
    const plain = sorted(await read(picture))
    if (plain.length > 0) return plain
    let grey: GreyPicture | undefined
    for (const clearer of passes) {
      if (now() - from >= budgetMs) break
      grey ??= greyOf(picture)
      const changed = clearer(grey)
      const found = changed ? sorted(await read(rgbaOf(changed))) : []
      if (found.length > 0) return found
    }
    return []
  }
}

function sorted(texts: readonly string[]): string[] {
  const usable = [...new Set(texts)].filter((text) => text.length > 0 && text.length <= longestText)
  return [...usable.filter((text) => ours.test(text)), ...usable.filter((text) => !ours.test(text))]
}
