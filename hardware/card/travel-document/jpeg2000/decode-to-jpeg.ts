/** Makes a JPEG of a JPEG 2000 picture, with OpenJPEG. Runs in a worker: see `portrait-jpeg.ts`. */
import openJpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs'
import { encode } from 'jpeg-js'
import { readPictureSize } from './code-stream.ts'

const quality = 90
/** A new one each time: the decoder puts its own functions into it. */
const silent = () => ({ print: () => undefined, printErr: () => undefined })

/** @param bytes any @returns nothing if they are no picture that is decoded here */
export async function decodeToJpeg(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const size = readPictureSize(bytes)
  if (!size) return undefined
  const { J2KDecoder } = await openJpeg(silent())
  const decoder = new J2KDecoder()
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const { width, height, componentCount, bitsPerSample } = decoder.getFrameInfo()
    const pixels = decoder.getDecodedBuffer()
    // A broken picture leaves an empty frame.
    const isWhole = width === size.width && height === size.height && componentCount === size.components
    if (!isWhole || bitsPerSample !== 8 || pixels.length !== width * height * componentCount) return undefined
    return new Uint8Array(encode({ width, height, data: rgbaOf(pixels, componentCount) }, quality).data)
  } catch {
    // Out of its C++ come numbers, errors of the WebAssembly machine, or its own.
    return undefined
  } finally {
    decoder.delete()
  }
}

function rgbaOf(pixels: Uint8Array, components: number): Uint8Array {
  const count = pixels.length / components
  const rgba = new Uint8Array(count * 4)
  const colour = components === 3 ? 1 : 0
  for (let i = 0; i < count; i += 1) {
    const at = i * components
    rgba[i * 4] = pixels[at] ?? 0
    rgba[i * 4 + 1] = pixels[at + colour] ?? 0
    rgba[i * 4 + 2] = pixels[at + 2 * colour] ?? 0
    rgba[i * 4 + 3] = 255
  }
  return rgba
}
