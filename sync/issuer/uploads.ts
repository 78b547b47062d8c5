/**
 * Payloads by resumable upload (tus 1.0), each checked against the SHA-256 that it was announced by. They arrive in a spool
 * on this machine; what is whole goes on to the payload store, and only then the kiosk is told that it is here.
 */
import type { RequestHandler } from 'express'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { z } from 'zod'
import { checkedHeader, uploadId } from '../uploader.ts'
import { zSha256 } from '../z-facts.ts'
import type { PayloadStore } from './payloads/payload-store.ts'
import { openSpool, type SpoolState } from './payloads/spool.ts'

const zKiosk = z.object({ id: z.string() })
/** What the tus server's own request still knows of Express's: who was authenticated. */
const zAuthenticated = z.object({
  runtime: z.object({ node: z.object({ res: z.object({ locals: z.object({ kiosk: zKiosk }) }) }) }),
})
const kioskOf = (request: object) => zAuthenticated.parse(request).runtime.node.res.locals.kiosk.id

const zAsked = z.object({ sha256: z.array(zSha256).max(1_000) })

export interface Uploads extends Pick<PayloadStore, 'has' | 'read'> {
  /** Takes one that came another way; resolves when it is kept. @param sha256 that it was found to have */
  put(sha256: string, bytes: Uint8Array): Promise<void>
  handler: RequestHandler
  byHash: RequestHandler
  /** `POST {sha256: [...]}` answers `{have: [...]}`: a question about each alone would be a trip there and back for each */
  have: RequestHandler
  onArrived(listener: (sha256: string) => void): void
  state(): Promise<SpoolState>
  close(): Promise<void>
}

export interface UploadsOptions {
  /** of the URL: payloads of requests, or volumes of bundles that a kiosk carries for another (docs/sticks.md) */
  at?: 'uploads' | 'carried'
  /** the spool's folder */
  spool: string
  payloads: PayloadStore
  onProblem: (event: string) => void
  /** between two tries of what the payload store did not take */
  retryMs?: number
  /** bytes of the spool's disk that stay free: below, no upload is begun */
  reserveBytes?: number
}

export async function openUploads(options: UploadsOptions): Promise<Uploads> {
  const { payloads, onProblem, at = 'uploads' } = options
  const listeners: ((sha256: string) => void)[] = []
  const spool = await openSpool({
    ...options,
    onKept: (sha256) => listeners.forEach((listener) => listener(sha256)),
  })

  const datastore = new FileStore({ directory: options.spool })
  const server = new Server({
    path: `/${at}`,
    datastore,
    maxSize: 8_000_000,
    relativeLocation: true,
    // A kiosk that comes back is surer than its old connection, which may have died without a word.
    lockDrainTimeout: 200,
    // Known to the kiosk before it is told: what was cut in the very first request goes on, too.
    namingFunction: (request, metadata) => uploadId(kioskOf(request), metadata?.['sha256'] ?? ''),
    onUploadCreate: async (_request, upload) => {
      if (!zSha256.safeParse(upload.metadata?.['sha256']).success)
        throw answer(400, 'metadata sha256 is missing')
      if (spool.isHeldUp(upload.id)) throw answer(423, 'this upload is whole')
      // Begun before: it is gone on with, and not begun again.
      if (await datastore.getUpload(upload.id).catch(() => undefined))
        throw answer(409, 'this upload has begun')
      spool.forget(upload.id)
      if (!(await spool.hasRoom())) throw answer(507, 'no room for more')
      return {}
    },
    onUploadFinish: async (_request, upload) => {
      const sha256 = zSha256.parse(upload.metadata?.['sha256'])
      switch (await spool.takeWhole(upload.id, sha256)) {
        case 'kept':
          return { headers: { [checkedHeader]: sha256 } }
        case 'mismatch':
          throw answer(460, 'the payload is not what its hash says')
        case 'later':
          throw answer(503, 'the payload store does not take it now')
      }
    },
  })

  return {
    handler: (request, response) => {
      // tus lets whoever knows an upload end it; no kiosk has to.
      if (request.method === 'DELETE') return void response.status(405).end()
      const id = request.path.split('/')[2]
      // One kiosk never writes into what another sends.
      if (id !== undefined && !id.startsWith(`${zKiosk.parse(response.locals['kiosk']).id}-`))
        return void response.status(404).end()
      // Without a length Node's client closes the connection after it, and the next piece has to wait for another.
      if (request.method === 'HEAD') response.setHeader('content-length', '0')
      const kept = id !== undefined && request.method === 'HEAD' ? spool.lately(id) : undefined
      if (kept)
        // Its answer was lost on the way: the kiosk hears it now, and need not send anything a second time.
        return void response
          .set({
            'tus-resumable': '1.0.0',
            'cache-control': 'no-store',
            'upload-offset': String(kept.size),
            'upload-length': String(kept.size),
            [checkedHeader]: kept.sha256,
          })
          .end()
      // Whole and not yet kept. tus clients wait for a lock; on any other answer they would begin anew.
      if (id !== undefined && spool.isHeldUp(id))
        return void response.status(423).set('retry-after', '10').end()
      void server.handle(request, response)
    },
    byHash: async (request, response) => {
      const sha256 = zSha256.safeParse(request.params['sha256'])
      if (!sha256.success) return void response.status(404).end()
      const there = await asked(payloads, sha256.data)
      response.status(there === undefined ? 503 : there ? 200 : 404).end()
    },
    have: async (request, response) => {
      const wanted = zAsked.safeParse(request.body)
      if (!wanted.success) return void response.status(400).json({ error: 'bad_request' })
      const { sha256 } = wanted.data
      const have: string[] = []
      for (let from = 0; from < sha256.length; from += askedAtOnce) {
        const some = sha256.slice(from, from + askedAtOnce)
        const there = await Promise.all(some.map((one) => asked(payloads, one)))
        if (there.includes(undefined)) {
          onProblem('payload store does not answer')
          return void response.status(503).json({ error: 'payload_store_unavailable' })
        }
        have.push(...some.filter((_one, n) => there[n]))
      }
      response.json({ have })
    },
    has: payloads.has,
    read: payloads.read,
    async put(sha256, bytes) {
      if (await payloads.has(sha256)) return
      await payloads.put(sha256, bytes)
      for (const listener of listeners) listener(sha256)
    },
    onArrived: (listener) => void listeners.push(listener),
    state: spool.state,
    close: spool.close,
  }
}

const askedAtOnce = 32

const answer = (status_code: number, body: string) => Object.assign(new Error(body), { status_code, body })

/** @returns undefined where the store does not answer */
const asked = (payloads: PayloadStore, sha256: string) => payloads.has(sha256).catch(() => undefined)
