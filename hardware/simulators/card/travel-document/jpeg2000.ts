/** A face as most passports have it: JPEG 2000, by OpenJPEG's encoder. */
import openJpeg from '@cornerstonejs/codec-openjpeg/wasmjs'
import type { Picture } from '../../camera/picture.ts'

/** A new one each time: the decoder puts its own functions into it. */
const silent = () => ({ print: () => undefined, printErr: () => undefined })

/** @returns a code stream, without the boxes of a JP2 file */
export async function toJpeg2000({ width, height, rgb }: Picture): Promise<Uint8Array> {
  const { J2KEncoder } = await openJpeg(silent())
  const encoder = new J2KEncoder()
  const frame = { width, height, bitsPerSample: 8, componentCount: 3, isSigned: false }
  encoder.getDecodedBuffer({ ...frame, isUsingColorTransform: true }).set(rgb)
  encoder.setQuality(false, 0)
  encoder.encode()
  const coded = Uint8Array.from(encoder.getEncodedBuffer())
  encoder.delete()
  return coded
}
