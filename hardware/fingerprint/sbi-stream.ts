/** The live picture of one scanner, until somebody ends it, the device does, or it freezes. */
import type { Scanner } from './ask-service.ts'
import { named } from './dialect.ts'
import { readPictures } from './jpeg-stream.ts'
import { openSbiCall } from './sbi-call.ts'

const longestMs = 300_000
/** the specification wants three pictures a second */
const frozenAfterMs = 3_000

/** Yields JPEG. Never throws: a preview that breaks off says nothing about the capture. */
export async function* streamPictures(
  scanner: Scanner,
  deviceSubId: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const frozen = new AbortController()
  const thaw = () => setTimeout(() => frozen.abort(), frozenAfterMs)
  let watch = thaw()
  const until = AbortSignal.any([signal, frozen.signal])
  try {
    const body = { ...named(scanner.dialect, scanner.id), deviceSubId, timeout: String(longestMs) }
    const { port } = scanner
    const call = {
      port,
      verb: 'STREAM',
      path: '/stream',
      body,
      deadlineMs: longestMs,
      signal: until,
    } as const
    const response = await openSbiCall(call)
    // A refusal comes as JSON (sbi.md §8).
    if (!response.headers['content-type']?.startsWith('multipart/')) return void response.destroy()
    for await (const picture of readPictures(response)) {
      if (until.aborted) return
      clearTimeout(watch)
      yield picture
      watch = thaw()
    }
  } catch {
    return
  } finally {
    clearTimeout(watch)
  }
}
