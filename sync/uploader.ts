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
  url?: string
  done?: string
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
}

export type UploadEnd = 'done' | 'missing-here'

const basic = ({ user, password }: Remote) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Sends one payload to its end. @throws whatever the link threw; the next call goes on where this one stopped */
export async function uploadBlob(options: UploadOptions): Promise<UploadEnd> {
  const { sha256, blobs, notes, remote, now, onProgress, signal } = options
  const bytes = await blobs.read(sha256)
  if (!bytes) return 'missing-here'
  const known = await options.fetch(new URL(`/uploads/by-hash/${sha256}`, remote.url), {
    method: 'HEAD',
    headers: { authorization: basic(remote) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
  })
  if (known.status !== 200) await send(options, bytes)
  await notes.write({ sha256, done: now() })
  onProgress(bytes.length)
  return 'done'
}

async function send(
  { sha256, notes, remote, signal, onProgress }: UploadOptions,
  bytes: Uint8Array,
): Promise<void> {
  const before = await notes.read(sha256)
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(Buffer.from(bytes), {
      endpoint: new URL('/uploads', remote.url).href,
      ...(before?.url && { uploadUrl: before.url }),
      uploadSize: bytes.length,
      chunkSize: 64 * 1024,
      metadata: { sha256 },
      headers: { authorization: basic(remote) },
      // Trying again is the synchroniser's business: it knows about the link.
      retryDelays: null,
      storeFingerprintForResuming: false,
      onChunkComplete: (_size, accepted) => onProgress(accepted),
      onUploadUrlAvailable: () => {
        if (upload.url) notes.write({ sha256, url: upload.url }).catch(reject)
      },
      onSuccess: () => resolve(),
      onError: (error) => {
        // The issuer no longer knows this upload: the next try begins anew.
        const gone =
          'originalResponse' in error && [404, 410].includes(error.originalResponse?.getStatus() ?? 0)
        const forget = gone ? notes.write({ sha256 }) : Promise.resolve()
        forget.then(() => reject(error), reject)
      },
    })
    signal.addEventListener('abort', () => void upload.abort().then(() => reject(new Error('aborted'))), {
      once: true,
    })
    upload.start()
  })
}
