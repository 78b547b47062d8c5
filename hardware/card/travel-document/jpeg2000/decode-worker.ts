/** The thread in which a picture from a chip is decoded: it may take for ever or fall, and is then ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { decodeToJpeg } from './decode-to-jpeg.ts'

const bytes: unknown = workerData
parentPort?.postMessage(bytes instanceof Uint8Array ? await decodeToJpeg(bytes) : undefined)
