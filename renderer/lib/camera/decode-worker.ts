/** Reads codes out of pictures, away from the page. zxing-wasm first; the slower library where WebAssembly is missing. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

prepareZXingModule({ overrides: { locateFile: () => new URL(wasmUrl, location.href).href } })

/** A code is hostile text; nothing of ours is longer. */
const longest = 6_000

self.onmessage = async ({ data }: MessageEvent<ImageData>) => {
  const texts = typeof WebAssembly === 'object' ? await withWasm(data) : await withoutWasm(data)
  self.postMessage(texts.filter((text) => text.length > 0 && text.length <= longest))
}

async function withWasm(picture: ImageData): Promise<string[]> {
  const codes = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 })
  return codes.filter(({ isValid }) => isValid).map(({ text }) => text)
}

async function withoutWasm({ data, width, height }: ImageData): Promise<string[]> {
  const { BinaryBitmap, HybridBinarizer, QRCodeReader, RGBLuminanceSource } = await import('@zxing/library')
  const grey = new Uint8ClampedArray(width * height)
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = ((data[at * 4] ?? 0) + 2 * (data[at * 4 + 1] ?? 0) + (data[at * 4 + 2] ?? 0)) / 4
  }
  try {
    const source = new RGBLuminanceSource(grey, width, height)
    return [new QRCodeReader().decode(new BinaryBitmap(new HybridBinarizer(source))).getText()]
  } catch {
    return []
  }
}
