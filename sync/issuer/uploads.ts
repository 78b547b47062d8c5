/** Payloads by resumable upload (tus 1.0), each checked against the SHA-256 that it was announced by. */
import { mkdirSync, existsSync } from 'node:fs'
import * as nodeFs from 'node:fs/promises'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { z } from 'zod'
import { sha256Hex } from '../packet.ts'
import { checkedHeader } from '../uploader.ts'
import { writeWhole } from '../write-whole.ts'
import { zSha256 } from '../z-facts.ts'

const zAsked = z.object({ sha256: z.array(zSha256).max(1_000) })

/** What nobody went on with for so long is begun anew, if at all. */
const abandonedMs = 14 * 86_400_000

const zArriving = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
  size: z.number(),
  metadata: z.object({ sha256: zSha256 }),
})

export interface Uploads {
  handler: RequestHandler
  byHash: RequestHandler
  /** `POST {sha256: [...]}` answers `{have: [...]}`: a question about each alone would be a trip there and back for each */
  have: RequestHandler
  read(sha256: string): Promise<Uint8Array | undefined>
  has(sha256: string): boolean
  /** Takes one that came another way; resolves when it is on the disk. @param sha256 that it was found to have */
  put(sha256: string, bytes: Uint8Array): Promise<void>
  forget(sha256: readonly string[]): Promise<void>
  onArrived(listener: (sha256: string) => void): void
}

/** @param at payloads of requests, or volumes of bundles that a kiosk carries for another (docs/sticks.md) */
export async function openUploads(dataDir: string, at: 'uploads' | 'carried' = 'uploads'): Promise<Uploads> {
  const arriving = join(dataDir, at, 'arriving')
  const whole = join(dataDir, at, 'whole')
  for (const folder of [arriving, whole]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const listeners: ((sha256: string) => void)[] = []
  const path = (sha256: string) => join(whole, zSha256.parse(sha256))

  /** The kiosk forgets a payload that was acknowledged, so it is on the disk before it is. */
  async function takeWhole(id: string, sha256: string): Promise<boolean> {
    const file = join(arriving, id)
    const fits = sha256Hex(await readFile(file)) === sha256
    if (fits) {
      await syncToDisk(file, 'r+')
      await rename(file, path(sha256))
      await syncToDisk(whole, 'r')
    }
    await Promise.all([rm(file, { force: true }), rm(`${file}.json`, { force: true })])
    if (fits) for (const listener of listeners) listener(sha256)
    return fits
  }

  /** What had arrived whole when the issuer stopped, before it could be looked at: nobody will send more of it. */
  async function takeUp(): Promise<void> {
    for (const name of (await readdir(arriving)).filter((one) => one.endsWith('.json'))) {
      try {
        const said = zArriving.parse(JSON.parse(await readFile(join(arriving, name), 'utf8')))
        const file = await stat(join(arriving, said.id))
        if (file.size === said.size) await takeWhole(said.id, said.metadata.sha256)
      } catch {
        // Half written itself: the kiosk begins this one anew.
      }
    }
    for (const name of await readdir(arriving)) {
      const file = await stat(join(arriving, name)).catch(() => undefined)
      if (file && Date.now() - file.mtimeMs > abandonedMs) await rm(join(arriving, name), { force: true })
    }
  }
  await takeUp()

  const server = new Server({
    path: `/${at}`,
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
      if (!(await takeWhole(upload.id, sha256))) {
        throw Object.assign(new Error('mismatch'), {
          status_code: 460,
          body: 'the payload is not what its hash says',
        })
      }
      return { headers: { [checkedHeader]: sha256 } }
    },
  })

  return {
    handler: (request, response) => {
      // tus lets whoever knows an upload end it; no kiosk has to.
      if (request.method === 'DELETE') return void response.status(405).end()
      void server.handle(request, response)
    },
    byHash: (request, response) => {
      const sha256 = zSha256.safeParse(request.params['sha256'])
      response.status(sha256.success && existsSync(path(sha256.data)) ? 200 : 404).end()
    },
    have: (request, response) => {
      const asked = zAsked.safeParse(request.body)
      if (!asked.success) return void response.status(400).json({ error: 'bad_request' })
      response.json({ have: asked.data.sha256.filter((sha256) => existsSync(path(sha256))) })
    },
    has: (sha256) => existsSync(path(sha256)),
    read: async (sha256) => readFile(path(sha256)).catch(() => undefined),
    async put(sha256, bytes) {
      if (existsSync(path(sha256))) return
      await writeWhole(path(sha256), bytes, nodeFs, join(arriving, `put-${sha256}`))
      for (const listener of listeners) listener(sha256)
    },
    async forget(all) {
      for (const sha256 of all) await rm(path(sha256), { force: true })
    },
    onArrived: (listener) => void listeners.push(listener),
  }
}

async function syncToDisk(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
