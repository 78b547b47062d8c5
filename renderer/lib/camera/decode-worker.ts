/** Reads codes out of frames, away from the page: zxing-wasm, or the slower library where WebAssembly is missing. */
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { lookAt, type FrameLook } from '../../../picture/frame-look.ts'
import { createCodeDecoder, type ReadCodes } from './code-decoder.ts'
import { pixelsOf } from './frame-pixels.ts'
import type { Frame } from './pump-frames.ts'
import { prepareWasm, readWithWasm } from './read-with-wasm.ts'

export interface CodesSeen {
  codes: string[]
  /** of every few frames in which there was none */
  look?: FrameLook
}

/** A hint needs no more than a few looks a second. */
const lookEvery = 6

/** Missing, or forbidden by whoever serves the page: then there is still the other engine. */
const engine: Promise<ReadCodes> = prepareWasm({ url: new URL(wasmUrl, location.href).href }).then(
  () => readWithWasm,
  async () => (await import('./read-with-script.ts')).readWithScript,
)
const decode = createCodeDecoder(async (picture) => (await engine)(picture), {
  budgetMs: 100,
  now: () => performance.now(),
})
let frames = 0

// The page sends the next frame only after this one's answer, so none ever waits here.
self.onmessage = async ({ data: frame }: MessageEvent<Frame>) => {
  const picture = pixelsOf(frame)
  const codes = await decode(picture)
  frames += 1
  const seen: CodesSeen =
    codes.length === 0 && frames % lookEvery === 0 ? { codes, look: lookAt(picture) } : { codes }
  self.postMessage(seen)
}
