/** Payloads by resumable upload (tus 1.0), each checked against the SHA-256 that it was announced by. */
import { mkdirSync, existsSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { sha256Hex } from '../packet.ts'
import { zSha256 } from '../z-facts.ts'

export interface Uploads {
  handler: RequestHandler
  byHash: RequestHandler
  read(sha256: string): Promise<Uint8Array | undefined>
  onArrived(listener: () => void): void
}

export function openUploads(dataDir: string): Uploads {
  const arriving = join(dataDir, 'uploads', 'arriving')
  const whole = join(dataDir, 'uploads', 'whole')
  for (const folder of [arriving, whole]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const listeners: (() => void)[] = []
  const path = (sha256: string) => join(whole, zSha256.parse(sha256))

  const server = new Server({
    path: '/uploads',
    datastore: new FileStore({ directory: arriving }),
    maxSize: 8_000_000,
    relativeLocation: true,
    onUploadCreate: async (_request, upload) => {
      if (!zSha256.safeParse(upload.metadata?.['sha256']).success) {
        throw Object.assign(new Error('sha256'), { status_code: 400, body: 'metadata sha256 is missing' })
      }
      return {}
    },
    onUploadFinish: async (_request, upload) => {
      const sha256 = zSha256.parse(upload.metadata?.['sha256'])
      const file = join(arriving, upload.id)
      if (sha256Hex(await readFile(file)) !== sha256) {
        await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })])
        throw Object.assign(new Error('mismatch'), {
          status_code: 460,
          body: 'the payload is not what its hash says',
        })
      }
      await rename(file, path(sha256))
      await rm(`${file}.json`, { force: true })
      for (const listener of listeners) listener()
      return {}
    },
  })

  return {
    handler: (request, response) => void server.handle(request, response),
    byHash: (request, response) => {
      const sha256 = zSha256.safeParse(request.params['sha256'])
      response.status(sha256.success && existsSync(path(sha256.data)) ? 200 : 404).end()
    },
    read: async (sha256) => readFile(path(sha256)).catch(() => undefined),
    onArrived: (listener) => void listeners.push(listener),
  }
}
