/** zxing-wasm as an engine. Its .wasm must be given by whoever calls it, or it would be fetched from the network. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import type { ReadCodes } from './code-decoder.ts'

/**
 * @param where the .wasm lies: an address for a page, its bytes for Node
 * @returns resolves when it can be used; rejects where WebAssembly is missing or forbidden
 */
export async function prepareWasm(where: { url: string } | { bytes: ArrayBuffer }): Promise<void> {
  if (!('WebAssembly' in globalThis)) throw new Error('There is no WebAssembly here')
  await prepareZXingModule({
    overrides: 'url' in where ? { locateFile: () => where.url } : { wasmBinary: where.bytes },
    fireImmediately: true,
  })
}

export const readWithWasm: ReadCodes = async ({ width, height, data }) => {
  const picture = { width, height, data, colorSpace: 'srgb' } as Parameters<typeof readBarcodes>[0]
  try {
    const codes = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 })
    return codes.filter(({ isValid }) => isValid).map(({ text }) => text)
  } catch (error) {
    // Out of its C++ come bare numbers, for a picture of a few pixels for one; a missing .wasm is an Error and a bug.
    if (typeof error === 'number') return []
    throw error
  }
}
