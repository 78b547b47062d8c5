/** Reads the zone out of pictures, away from the page: Tesseract and its model, both shipped with the app. */
import wasmUrl from '../../../node_modules/tesseract-wasm/dist/tesseract-core.wasm?url'
import modelUrl from '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz?url'
import { itemsInText } from './items-in-text.ts'
import { createTextReader } from './read-text.ts'
import { preparedFor } from './zone-passes.ts'
import type { ZoneItems } from './zone-items.ts'

export interface ZoneFrame {
  frame: number
  picture: ImageData
}
/** `ready` comes once, before the first picture is taken */
export type ZoneAnswer = { ready: true } | { ready: false } | { found: ZoneItems | undefined }

const answer = (said: ZoneAnswer) => self.postMessage(said)

async function load(): Promise<ReturnType<typeof createTextReader>> {
  const [wasm, model] = await Promise.all([fetch(wasmUrl), fetch(modelUrl)])
  const plain = model.body?.pipeThrough(new DecompressionStream('gzip'))
  return createTextReader({ wasm: await wasm.arrayBuffer(), model: await new Response(plain).arrayBuffer() })
}

const reader = load()
reader.then(
  () => answer({ ready: true }),
  () => answer({ ready: false }),
)

// The page sends the next picture only after this one's answer, so none ever waits here.
self.onmessage = async ({ data: { frame, picture } }: MessageEvent<ZoneFrame>) => {
  const { width, height } = picture
  const read = await reader
  const text = read(preparedFor(frame, { width, height, data: new Uint8ClampedArray(picture.data) }))
  answer({ found: itemsInText(text) })
}
