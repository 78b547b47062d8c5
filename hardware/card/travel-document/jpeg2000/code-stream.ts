/**
 * What a JPEG 2000 picture says of itself before anything of it is decoded (ISO/IEC 15444-1 annexes A and I): the sizes
 * decide whether it is decoded at all. Any bytes may be given.
 */

export interface PictureSize {
  width: number
  height: number
  components: number
}

/** Faces on chips have 240 to 1200 pixels a side; what says that it is larger than this is not decoded. */
const mostPixels = 4_000_000
const mostTiles = 1_024
const mostBoxes = 64
const soc = 0xff4f
const siz = 0xff51
/** of SIZ, without the components: its own length is among them */
const sizHead = 38

/** @param bytes a JP2 file or a code stream alone @returns nothing if it is neither, or not a picture as faces are */
export function readPictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = codeStreamAt(view)
  if (at === undefined || at + 4 + sizHead > view.byteLength) return undefined
  if (view.getUint16(at) !== soc || view.getUint16(at + 2) !== siz) return undefined
  const from = at + 4
  const length = view.getUint16(from)
  const components = view.getUint16(from + 36)
  if (length !== sizHead + components * 3 || from + length > view.byteLength) return undefined
  const number = (offset: number) => view.getUint32(from + offset)
  const [width, height] = [number(4) - number(12), number(8) - number(16)]
  if (width < 1 || height < 1 || width * height > mostPixels) return undefined
  const [tileWidth, tileHeight] = [number(20), number(24)]
  if (tileWidth < 1 || tileHeight < 1) return undefined
  if (Math.ceil(number(4) / tileWidth) * Math.ceil(number(8) / tileHeight) > mostTiles) return undefined
  if (components !== 1 && components !== 3) return undefined
  for (let one = 0; one < components; one += 1) {
    const part = from + sizHead + one * 3
    // Eight bits without a sign, none of them coarser than the others.
    if (view.getUint8(part) !== 7 || view.getUint8(part + 1) !== 1 || view.getUint8(part + 2) !== 1)
      return undefined
  }
  return { width, height, components }
}

/** A file is a row of boxes; the code stream is in the one called "jp2c". */
function codeStreamAt(view: DataView): number | undefined {
  if (view.byteLength >= 4 && view.getUint16(0) === soc) return 0
  let at = 0
  for (let box = 0; box < mostBoxes && at + 8 <= view.byteLength; box += 1) {
    const length = view.getUint32(at)
    if (view.getUint32(at + 4) === 0x6a703263) return length === 1 ? at + 16 : at + 8
    // 0 is "to the end", which only the code stream may be; 1 is a length of 64 bits, which no face needs.
    if (length < 8) return undefined
    at += length
  }
  return undefined
}
