/**
 * The CouchDB protocol for the kiosks' databases, embedded. The server enforces the two rules that replication rests on:
 * a kiosk reads and writes only its own, and what was written once stays.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import express, { type RequestHandler } from 'express'
import expressPouchdb from 'express-pouchdb'
import PouchDB from 'pouchdb'
import { z } from 'zod'
import { durableFactory } from '../../durable-store.ts'
import { acceptFacts } from './accept-facts.ts'
import type { KioskEntry } from '../registry.ts'

export interface KioskStore {
  /** to be mounted at `/store`, after `authenticate` has put the kiosk into `response.locals` */
  handler: RequestHandler
  outbox(kiosk: string): PouchDB
  inbox(kiosk: string): PouchDB
  /** called after a kiosk has written into its outbox */
  onWritten(listener: (kiosk: string) => void): void
  /** how far the changes of an outbox have been taken in; kept beside it, where it does not replicate */
  seenTo(kiosk: string): Promise<number | string>
  setSeenTo(kiosk: string, seq: number | string): Promise<void>
  close(): Promise<void>
}

const seenId = '_local/intake'
const zSeen = z.object({ seq: z.union([z.number(), z.string()]) })

const reading = new Set(['GET', 'HEAD'])
const readingByPost = /\/(_changes|_all_docs|_bulk_get|_revs_diff)$/

export function openKioskStore(dataDir: string): KioskStore {
  const folder = join(dataDir, 'store')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Synced: what the registry believes to be said must still be there after a power cut.
  const Store = PouchDB.defaults({ prefix: `${folder}/`, db: durableFactory })
  const listeners: ((kiosk: string) => void)[] = []
  const open = new Map<string, PouchDB>()
  const database = (name: string) => {
    const known = open.get(name) ?? new Store(name)
    open.set(name, known)
    return known
  }
  const app = express()
  app.use(async (request, response, next) => {
    // express-pouchdb was written for express 4, where a route may set the query; in express 5 it only has a getter.
    Object.defineProperty(request, 'query', { value: request.query, writable: true, configurable: true })
    const kiosk: KioskEntry = response.locals['kiosk']
    const [, name = '', ...rest] = decodeURIComponent(request.path).split('/')
    const direction =
      name === `kiosk-${kiosk.id}-outbox`
        ? 'outbox'
        : name === `kiosk-${kiosk.id}-inbox`
          ? 'inbox'
          : undefined
    const path = `/${rest.join('/')}`
    if (!direction) return refuse(response, 'not your database')
    const local = path.startsWith('/_local/') && path !== `/${seenId}`
    if (reading.has(request.method) || local || (request.method === 'POST' && readingByPost.test(path)))
      return next()
    if (direction === 'inbox') return refuse(response, 'the inbox is written by the issuer')
    if (path === '/' && request.method === 'PUT') return next()
    if (request.method !== 'POST' || path !== '/_bulk_docs') return refuse(response, 'facts are written once')
    const answer = await acceptFacts(database(name), await readBody(request))
    if (!answer)
      return void response.status(400).json({ error: 'bad_request', reason: 'not a bulk of documents' })
    response.status(201).json(answer)
    for (const listener of listeners) listener(kiosk.id)
  })
  app.use(expressPouchdb(Store, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }))

  return {
    handler: app,
    outbox: (kiosk) => database(`kiosk-${kiosk}-outbox`),
    inbox: (kiosk) => database(`kiosk-${kiosk}-inbox`),
    onWritten: (listener) => void listeners.push(listener),
    async seenTo(kiosk) {
      const kept = await database(`kiosk-${kiosk}-outbox`)
        .get(seenId)
        .catch(() => undefined)
      return zSeen.safeParse(kept).data?.seq ?? 0
    },
    async setSeenTo(kiosk, seq) {
      const outbox = database(`kiosk-${kiosk}-outbox`)
      const before = await outbox.get(seenId).catch(() => undefined)
      await outbox.put({ _id: seenId, ...(before && { _rev: before._rev }), seq })
    },
    close: async () => {
      await Promise.all([...open.values()].map((one) => one.close()))
    },
  }
}

const bodyLimit = 4_000_000

/** @returns the JSON of the body, or undefined where it is none or too long */
async function readBody(request: Parameters<RequestHandler>[0]): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const piece = Buffer.from(chunk)
    size += piece.length
    if (size > bodyLimit) return undefined
    chunks.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

function refuse(response: Parameters<RequestHandler>[1], reason: string): void {
  response.status(403).json({ error: 'forbidden', reason })
}
