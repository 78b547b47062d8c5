/**
 * Payloads by resumable upload (tus 1.0). What the issuer has already is not sent again; what was cut goes on at the last
 * byte that the issuer acknowledged, also after a restart of the kiosk.
 */
import { Upload } from 'tus-js-client'
import type PouchDB from 'pouchdb'
import type { Blobs } from './blobs.ts'
import type { Remote } from './replicator.ts'
import { isStatus } from './outbox.ts'

/** Local only: where each upload stands. */
export interface UploadNote {
  sha256: string
  /** path of the upload at the issuer; without its host, for the issuer may move */
  url?: string
  done?: string
  /** of a document that the issuer's store would not take */
  refusal?: { id: string; reason: string; at: string }
}

export class UploadNotes {
  readonly #database: PouchDB<UploadNote>
  constructor(database: PouchDB<UploadNote>) {
    this.#database = database
  }
  async read(sha256: string): Promise<UploadNote | undefined> {
    return this.#database.get(`upload:${sha256}`).catch((error: unknown) => {
      if (isStatus(error, 404)) return undefined
      throw error
    })
  }
  async write(note: UploadNote): Promise<void> {
    const _id = `upload:${note.sha256}`
    const before = await this.#database.get(_id).catch(() => undefined)
    await this.#database.put({ _id, ...(before && { _rev: before._rev }), ...note })
  }
  /** keeps why the issuer would not take a document: replication does not offer it again */
  async refuse(id: string, reason: string, at: string): Promise<void> {
    const _id = `refused:${id}`
    const before = await this.#database.get(_id).catch(() => undefined)
    if (!before) await this.#database.put({ _id, sha256: '', refusal: { id, reason, at } })
  }
  /** document id → why and when it was refused */
  async refused(): Promise<Map<string, { reason: string; at: string }>> {
    const { rows } = await this.#database.allDocs({
      include_docs: true,
      startkey: 'refused:',
      endkey: 'refused:\uffff',
    })
    return new Map(rows.flatMap(({ doc }) => (doc?.refusal ? [[doc.refusal.id, doc.refusal]] : [])))
  }
  /** every payload that the issuer has acknowledged whole */
  async done(): Promise<Set<string>> {
    const { rows } = await this.#database.allDocs({
      include_docs: true,
      startkey: 'upload:',
      endkey: 'upload:\uffff',
    })
    return new Set(rows.flatMap(({ doc }) => (doc?.done ? [doc.sha256] : [])))
  }
}

export interface UploadOptions {
  sha256: string
  blobs: Blobs
  notes: UploadNotes
  remote: Remote
  fetch: typeof fetch
  now: () => string
  signal: AbortSignal
  /** bytes of this payload that the issuer has acknowledged so far */
  onProgress: (sent: number) => void
  /** without a sign of progress for so long the connection is taken for dead */
  stallMs?: number
}

export type UploadEnd = 'done' | 'missing-here'

const basic = ({ user, password }: Remote) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** The issuer answered, and not as it does: this payload is the matter, and the others may still go. */
export class UploadRefused extends Error {}

/**
 * Sends one payload to its end.
 * @throws UploadRefused - if the issuer would not take this one
 * @throws whatever the link threw; the next call goes on where this one stopped
 */
export async function uploadBlob(options: UploadOptions): Promise<UploadEnd> {
  const { sha256, blobs, notes, now, onProgress } = options
  const bytes = await blobs.read(sha256)
  if (!bytes) return 'missing-here'
  if (!(await isThere(options))) {
    await send(options, bytes)
    // An issuer that stopped between the last byte and its check has every byte and no payload.
    if (!(await isThere(options))) {
      await notes.write({ sha256 })
      throw new UploadRefused('sent, and not there')
    }
  }
  await notes.write({ sha256, done: now() })
  onProgress(bytes.length)
  return 'done'
}

/** Not of them: not signed in, too many, and a lock that the cut attempt before still holds. */
const refusedBy = (status: number) => status >= 400 && status < 500 && ![401, 403, 423, 429].includes(status)

async function isThere({ sha256, remote, fetch, signal }: UploadOptions): Promise<boolean> {
  const answer = await fetch(new URL(`/uploads/by-hash/${sha256}`, remote.url), {
    method: 'HEAD',
    headers: { authorization: basic(remote) },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
  })
  if (answer.status === 200) return true
  if (answer.status === 404) return false
  throw new Error(`asked for a payload, answered ${answer.status}`)
}

async function send(options: UploadOptions, bytes: Uint8Array): Promise<void> {
  const { sha256, notes, remote, signal, onProgress, stallMs = 60_000 } = options
  const before = await notes.read(sha256)
  let stalled: ReturnType<typeof setTimeout> | undefined
  let noted: Promise<void> = Promise.resolve()
  let stop = (): void => undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const upload = new Upload(Buffer.from(bytes), {
        endpoint: new URL('/uploads', remote.url).href,
        ...(before?.url && { uploadUrl: new URL(before.url, remote.url).href }),
        uploadSize: bytes.length,
        chunkSize: 64 * 1024,
        metadata: { sha256 },
        headers: { authorization: basic(remote) },
        // Trying again is the synchroniser's business: it knows about the link.
        retryDelays: null,
        storeFingerprintForResuming: false,
        onProgress: () => alive(),
        onChunkComplete: (_size, accepted) => {
          alive()
          onProgress(accepted)
        },
        onUploadUrlAvailable: () => {
          alive()
          if (upload.url) noted = notes.write({ sha256, url: new URL(upload.url).pathname })
        },
        onSuccess: () => resolve(),
        onError: (error) => {
          const status = 'originalResponse' in error ? (error.originalResponse?.getStatus() ?? 0) : 0
          reject(refusedBy(status) ? new UploadRefused(String(status), { cause: status }) : error)
        },
      })
      const end = (why: string) => void upload.abort().then(() => reject(new Error(why)), reject)
      // A line that went dead without a word is never noticed by TCP alone.
      const alive = () => {
        clearTimeout(stalled)
        stalled = setTimeout(() => end('stalled'), stallMs)
      }
      stop = () => end('aborted')
      signal.addEventListener('abort', stop, { once: true })
      alive()
      upload.start()
    })
  } catch (error) {
    // The issuer no longer knows this upload, or what it got was damaged: the next try begins anew.
    await noted
    if (error instanceof UploadRefused && [404, 410, 460].includes(Number(error.cause)))
      await notes.write({ sha256 })
    throw error
  } finally {
    clearTimeout(stalled)
    signal.removeEventListener('abort', stop)
  }
  await noted
}
