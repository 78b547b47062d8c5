/** Reads codes out of pictures, away from the page: zxing-wasm, or the slower library where WebAssembly is missing. */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { createCodeDecoder, type ReadCodes } from './code-decoder.ts'
import { prepareWasm, readWithWasm } from './read-with-wasm.ts'

prepareWasm({ url: new URL(wasmUrl, location.href).href })

const read: ReadCodes = async (picture) =>
  typeof WebAssembly === 'object'
    ? readWithWasm(picture)
    : (await import('./read-with-script.ts')).readWithScript(picture)

const decode = createCodeDecoder(read, { budgetMs: 100, now: () => performance.now() })

// The page sends the next picture only after this one's answer, so none ever waits here.
self.onmessage = async ({ data: { width, height, data } }: MessageEvent<ImageData>) => {
  self.postMessage(await decode({ width, height, data: new Uint8ClampedArray(data) }))
}
