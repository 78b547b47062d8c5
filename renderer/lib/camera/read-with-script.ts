/** The engine without WebAssembly: slower, reads fewer poor pictures, one code at a time. */
import {
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  QRCodeReader,
  RGBLuminanceSource,
  type DecodeHintType as Hint,
} from '@zxing/library'
import type { ReadCodes } from './code-decoder.ts'
import { greyOf } from '../../../picture/grey-picture.ts'

const hints = new Map<Hint, unknown>([[DecodeHintType.TRY_HARDER, true]])

export const readWithScript: ReadCodes = async (picture) => {
  const { width, height, grey } = greyOf(picture)
  try {
    const source = new RGBLuminanceSource(grey, width, height)
    const bitmap = new BinaryBitmap(new HybridBinarizer(source))
    return [new QRCodeReader().decode(bitmap, hints).getText()]
  } catch {
    // The library throws for "nothing found", and on noise out of its own arrays.
    return []
  }
}
