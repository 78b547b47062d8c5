/** Recognises the lines of the zone in a picture: Tesseract as WebAssembly. Its files must be given by whoever calls it. */
import { createOCREngine } from 'tesseract-wasm'
import type { RgbaPicture } from '../../../picture/grey-picture.ts'

export interface TesseractFiles {
  wasm: ArrayBuffer
  /** English, LSTM, not compressed */
  model: ArrayBuffer
}

/** No guide is larger; a larger picture is not looked at. */
const mostPixels = 2_000 * 1_000

/** @returns reads a picture; its lines, empty when nothing is found */
export async function createTextReader({
  wasm,
  model,
}: TesseractFiles): Promise<(picture: RgbaPicture) => string> {
  const engine = await createOCREngine({ wasmBinary: wasm })
  engine.loadModel(model)
  engine.setVariable('tessedit_char_whitelist', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<')
  // One block of text, of which it need not guess the resolution.
  engine.setVariable('tessedit_pageseg_mode', '6')
  engine.setVariable('user_defined_dpi', '300')
  return (picture) => {
    if (picture.width < 40 || picture.height < 20 || picture.width * picture.height > mostPixels) return ''
    engine.loadImage(picture)
    try {
      return engine.getText()
    } finally {
      engine.clearImage()
    }
  }
}
