/**
 * One payload by resumable upload (tus 1.0). What was cut goes on at the last byte that the issuer acknowledged, also
 * after a restart of the kiosk; it goes in chunks, and may be asked to make room at the end of each.
 */
import { DefaultHttpStack, Upload } from 'tus-js-client'
import type { Blobs } from './blobs.ts'
import type { QueueNotes } from './queue-notes.ts'
import { Answered, basic, UploadRefused, type Agents, type Remote } from './remote.ts'

export interface UploadOptions {
  sha256: string
  blobs: Pick<Blobs, 'read'>
  notes: Pick<QueueNotes, 'url' | 'setUrl'>
  remote: Remote
  agents: Agents
  fetch: typeof fetch
  signal: AbortSignal
  /** payloads of its own requests, or volumes of a bundle that it carries for another kiosk */
  at?: 'uploads' | 'carried'
  /** bytes of the next chunk */
  chunkSize: () => number
  /** @returns whether the next chunk of this payload is still the one to send */
  mayGoOn: () => boolean
  /** a piece was acknowledged: bytes of it, and bytes of the payload so far */
  onAcknowledged: (piece: number, sofar: number) => void
  /** without an acknowledgement for so long the connection is taken for dead */
  stallMs: () => number
}

/** `yielded`: something more urgent goes first; `missing-here`: not on this disk, or no longer what its name says */
export type UploadEnd = 'done' | 'yielded' | 'missing-here'

/** Not of them: not signed in, too many, and a lock that the cut attempt before still holds. */
const refusedBy = (status: number) =>
  status >= 400 && status < 500 && ![401, 403, 408, 423, 429].includes(status)

/** The issuer says with the last piece which payload it has checked and put on its disk. */
export const checkedHeader = 'x-payload-sha256'

/**
 * Sends one payload, from where it stands.
 * @throws UploadRefused - if the issuer would not take this one
 * @throws Answered, or whatever the link threw; the next call goes on where this one stopped
 */
export async function uploadBlob(options: UploadOptions): Promise<UploadEnd> {
  const { sha256, blobs, notes } = options
  // Read in whole and against its hash: what is damaged here must not be sent.
  const bytes = await blobs.read(sha256)
  if (!bytes) return 'missing-here'
  const end = await send(options, bytes)
  if (end === 'yielded' || end === 'checked') return end === 'checked' ? 'done' : end
  // An issuer that stopped between the last byte and its check has every byte and no payload.
  const there = await whichAreThere([sha256], options)
  if (there.has(sha256)) return 'done'
  await notes.setUrl(sha256, undefined)
  throw new UploadRefused(410)
}

/**
 * Asks for many payloads at once, for each question is a trip there and back.
 * @returns those that the issuer has whole @throws Answered, or whatever the link threw
 */
export async function whichAreThere(
  sha256: readonly string[],
  { remote, fetch, signal, at = 'uploads' }: Pick<UploadOptions, 'remote' | 'fetch' | 'signal' | 'at'>,
): Promise<Set<string>> {
  const answer = await fetch(new URL(`/${at}/have`, remote.url), {
    method: 'POST',
    headers: { authorization: basic(remote), 'content-type': 'application/json' },
    body: JSON.stringify({ sha256 }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
  })
  if (!answer.ok) {
    await answer.body?.cancel()
    throw new Answered('asked for payloads', answer.status)
  }
  const said: unknown = await answer.json()
  const have = typeof said === 'object' && said !== null && 'have' in said ? said.have : undefined
  const asked = new Set(sha256)
  return new Set(Array.isArray(have) ? have.filter((one) => asked.has(one)) : [])
}

async function send(options: UploadOptions, bytes: Uint8Array): Promise<'checked' | 'sent' | 'yielded'> {
  const { sha256, notes, remote, agents, signal, onAcknowledged } = options
  const before = notes.url(sha256)
  const chunkSize = options.chunkSize()
  const agent = remote.url.startsWith('https:') ? agents.https : agents.http
  let stalled: ReturnType<typeof setTimeout> | undefined
  let checked = false
  let stop = (): void => undefined
  try {
    return await new Promise<'checked' | 'sent' | 'yielded'>((resolve, reject) => {
      const upload = new Upload(Buffer.from(bytes), {
        endpoint: new URL(`/${options.at ?? 'uploads'}`, remote.url).href,
        ...(before !== undefined && { uploadUrl: new URL(before, remote.url).href }),
        uploadSize: bytes.length,
        chunkSize,
        // A small one goes with the question; of a large one, a cut before the answer would lose too much.
        uploadDataDuringCreation: bytes.length <= chunkSize,
        metadata: { sha256 },
        headers: { authorization: basic(remote) },
        httpStack: new DefaultHttpStack({ agent }),
        // Trying again is the lane's business: it knows about the link.
        retryDelays: null,
        storeFingerprintForResuming: false,
        onChunkComplete: (piece, accepted) => {
          alive()
          onAcknowledged(piece, accepted)
          upload.options.chunkSize = options.chunkSize()
          if (accepted === bytes.length || options.mayGoOn()) return
          void upload.abort().then(() => resolve('yielded'), reject)
        },
        onUploadUrlAvailable: () => {
          alive()
          const path = upload.url && new URL(upload.url).pathname
          if (path && path !== before) void notes.setUrl(sha256, path)
        },
        onAfterResponse: (_request, response) => {
          checked ||= response.getHeader(checkedHeader) === sha256
        },
        onSuccess: () => resolve(checked ? 'checked' : 'sent'),
        onError: (error) => {
          const answered = 'originalResponse' in error ? error.originalResponse : undefined
          const status = answered?.getStatus() ?? 0
          if (refusedBy(status)) reject(new UploadRefused(status))
          else if (status > 0) reject(new Answered('upload', status))
          else reject('causingError' in error && error.causingError ? error.causingError : error)
        },
      })
      const end = (why: string) => void upload.abort().then(() => reject(new Error(why)), reject)
      // A line that went dead without a word is never noticed by TCP alone.
      const alive = () => {
        clearTimeout(stalled)
        stalled = setTimeout(() => end('stalled'), options.stallMs())
      }
      stop = () => end('aborted')
      if (signal.aborted) return void reject(new Error('aborted'))
      signal.addEventListener('abort', stop, { once: true })
      alive()
      upload.start()
    })
  } catch (error) {
    // The issuer no longer knows this upload, or what it got was damaged: the next try begins anew.
    if (error instanceof UploadRefused && [404, 410, 460].includes(error.status))
      await notes.setUrl(sha256, undefined)
    throw error
  } finally {
    clearTimeout(stalled)
    signal.removeEventListener('abort', stop)
  }
}
