/** The face from the chip as a picture that every screen shows: JPEG 2000 becomes JPEG, in a thread of its own. */
import { Worker } from 'node:worker_threads'
import { besideFile } from '../../driver-process.ts'
import type { FaceImage } from './face-image.ts'

/** A face takes a fifth of a second; one that is made to take long is let go, ms. */
const deadlineMs = 8_000
/** of the thread's own memory; what the decoder asks for is bounded by the picture's size, which is looked at first */
const limits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 32 }

export interface PortraitOptions {
  /** how long decoding may take, ms */
  withinMs?: number
  /** the file that runs as the thread; for tests of what happens when it falls */
  file?: string
}

/** @returns JPEG; nothing if the picture cannot be decoded within its limits */
export async function portraitJpeg(
  face: FaceImage,
  options: PortraitOptions = {},
): Promise<Uint8Array | undefined> {
  if (face.format === 'jpeg') return face.bytes
  const { withinMs = deadlineMs, file = besideFile(import.meta.url, 'jpeg2000/decode-worker') } = options
  // Of its own memory, because what the chip gave is a piece of something larger.
  const worker = new Worker(file, { workerData: Uint8Array.from(face.bytes), resourceLimits: limits })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Uint8Array | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), withinMs)
      worker.once('message', (jpeg: unknown) => resolve(jpeg instanceof Uint8Array ? jpeg : undefined))
      worker.once('error', () => resolve(undefined))
      worker.once('exit', () => resolve(undefined))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
