/**
 * One payload by resumable upload (tus 1.0). What was cut goes on at the last byte that reached the issuer, also after a
 * restart of the kiosk; it goes in pieces, and may be asked to make room at the end of each.
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
  /** @returns bytes of the piece that begins at a byte of the payload */
  nextPiece: (from: number) => number
  /** @returns whether the next piece of this payload is still the one to send */
  mayGoOn: () => boolean
  /** the issuer says that it has so many bytes of the payload: after a piece, or when it was asked where it stands */
  onAcknowledged: (sofar: number) => void
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
 * The name of an upload below `/uploads/`. The kiosk knows it before the issuer has answered, so that nothing is lost when
 * the very first request is cut; an issuer that gives other names is believed, too.
 */
export const uploadId = (kiosk: string, sha256: string) => `${kiosk}-${sha256.slice(0, 32)}`

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
  try {
    const path = notes.url(sha256)
    const gone = path === undefined ? 'unknown' : await goOn(options, bytes, path)
    if (gone === 'unknown' && path !== undefined && (await isThere(options))) return 'done'
    const end = gone === 'unknown' ? await begin(options, bytes) : gone
    if (end !== 'sent') return end === 'checked' ? 'done' : end
    // An issuer that stopped between the last byte and its check has every byte and no payload.
    if (await isThere(options)) return 'done'
    throw new UploadRefused(410)
  } catch (error) {
    // What it got was damaged: the next try begins anew.
    if (error instanceof UploadRefused && [404, 410, 460].includes(error.status))
      await notes.setUrl(sha256, undefined)
    throw error
  }
}

type SendEnd = 'checked' | 'sent' | 'yielded'

/** @returns `unknown` where the issuer does not know the upload: it has forgotten it, or it is over and the answer was lost */
async function goOn(options: UploadOptions, bytes: Uint8Array, path: string): Promise<SendEnd | 'unknown'> {
  try {
    return await send(options, bytes, path)
  } catch (error) {
    if (error instanceof UploadRefused && [404, 410].includes(error.status)) return 'unknown'
    throw error
  }
}

async function begin(options: UploadOptions, bytes: Uint8Array): Promise<SendEnd> {
  const { sha256, notes, remote, at = 'uploads' } = options
  const own = `/${at}/${uploadId(remote.kiosk, sha256)}`
  void notes.setUrl(sha256, own)
  try {
    return await send(options, bytes, undefined)
  } catch (error) {
    // It has begun: this kiosk has forgotten where.
    if (error instanceof UploadRefused && error.status === 409) return send(options, bytes, own)
    throw error
  }
}

const isThere = async (options: UploadOptions) =>
  (await whichAreThere([options.sha256], options)).has(options.sha256)

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

/** @param path of an upload that was begun; undefined begins one, its first piece in the same request */
async function send(options: UploadOptions, bytes: Uint8Array, path: string | undefined): Promise<SendEnd> {
  const { sha256, notes, remote, agents, signal, onAcknowledged } = options
  const agent = remote.url.startsWith('https:') ? agents.https : agents.http
  let stalled: ReturnType<typeof setTimeout> | undefined
  let checked = false
  let stop = (): void => undefined
  try {
    return await new Promise<SendEnd>((resolve, reject) => {
      const upload = new Upload(Buffer.from(bytes), {
        // Not both: an upload that the issuer does not know would be begun anew, and may be over.
        ...(path === undefined
          ? { endpoint: new URL(`/${options.at ?? 'uploads'}`, remote.url).href }
          : { uploadUrl: new URL(path, remote.url).href }),
        uploadSize: bytes.length,
        chunkSize: path === undefined ? options.nextPiece(0) : bytes.length,
        uploadDataDuringCreation: true,
        metadata: { sha256 },
        headers: { authorization: basic(remote) },
        httpStack: new DefaultHttpStack({ agent }),
        // Trying again is the lane's business: it knows about the link.
        retryDelays: null,
        storeFingerprintForResuming: false,
        onChunkComplete: (_piece, accepted) => {
          alive()
          onAcknowledged(accepted)
          if (accepted === bytes.length) return
          if (options.mayGoOn()) {
            upload.options.chunkSize = options.nextPiece(accepted)
            return
          }
          void upload.abort().then(() => resolve('yielded'), reject)
        },
        onUploadUrlAvailable: () => {
          alive()
          const told = upload.url && new URL(upload.url).pathname
          if (told && told !== notes.url(sha256)) void notes.setUrl(sha256, told)
        },
        onAfterResponse: (request, response) => {
          checked ||= response.getHeader(checkedHeader) === sha256
          const stands = Number(response.getHeader('upload-offset'))
          if (request.getMethod() !== 'HEAD' || response.getStatus() !== 200 || !Number.isSafeInteger(stands))
            return
          onAcknowledged(stands)
          if (stands < bytes.length) upload.options.chunkSize = options.nextPiece(stands)
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
  } finally {
    clearTimeout(stalled)
    signal.removeEventListener('abort', stop)
  }
}
