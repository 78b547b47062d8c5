/**
 * The head of a template before anything native sees it. libfprint writes "FP3", then a GVariant in little-endian order:
 * the kind of print (int32, 2 = minutiae for bozorth3), the driver and the device it was made with, NUL-terminated.
 */
import { err, ok, type Result } from 'neverthrow'

export interface TemplateHeader {
  driver: string
  device: string
}

/** Five presses make about 4 kB; the largest number of minutiae of ten presses stays below this. */
export const largestTemplate = 32_768
const minutiaePrint = 2
const longestName = 64

/** @returns `template` for what is no template of a scanner that gives pictures */
export function readTemplateHeader(bytes: Uint8Array): Result<TemplateHeader, 'template'> {
  if (bytes.length < 32 || bytes.length > largestTemplate) return err('template')
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.toString('latin1', 0, 3) !== 'FP3' || view.readInt32LE(3) !== minutiaePrint) return err('template')
  const driver = textAt(view, 7)
  const device = driver === undefined ? undefined : textAt(view, 8 + driver.length)
  return driver && device !== undefined ? ok({ driver, device }) : err('template')
}

function textAt(view: Buffer, from: number): string | undefined {
  const end = view.indexOf(0, from)
  const text = end < 0 || end - from > longestName ? undefined : view.toString('latin1', from, end)
  return text !== undefined && /^[\x20-\x7e]*$/.test(text) ? text : undefined
}
