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
import type { KioskEntry } from '../registry.ts'

export interface KioskStore {
  /** to be mounted at `/store`, after `authenticate` has put the kiosk into `response.locals` */
  handler: RequestHandler
  outbox(kiosk: string): PouchDB
  inbox(kiosk: string): PouchDB
  close(): Promise<void>
}

const reading = new Set(['GET', 'HEAD'])
const readingByPost = /\/(_changes|_all_docs|_bulk_get|_revs_diff)$/

export function openKioskStore(dataDir: string): KioskStore {
  const folder = join(dataDir, 'store')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const Store = PouchDB.defaults({ prefix: `${folder}/` })
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
    const local = path.startsWith('/_local/')
    if (reading.has(request.method) || local || (request.method === 'POST' && readingByPost.test(path)))
      return next()
    if (direction === 'inbox') return refuse(response, 'the inbox is written by the issuer')
    if (path === '/' && request.method === 'PUT') return next()
    if (request.method !== 'POST' || path !== '/_bulk_docs') return refuse(response, 'facts are written once')
    const problem = await changesFacts(database(name), await readBody(request))
    return problem ? refuse(response, problem) : next()
  })
  app.use(expressPouchdb(Store, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }))

  return {
    handler: app,
    outbox: (kiosk) => database(`kiosk-${kiosk}-outbox`),
    inbox: (kiosk) => database(`kiosk-${kiosk}-inbox`),
    close: async () => {
      await Promise.all([...open.values()].map((one) => one.close()))
    },
  }
}

const zBulk = z.object({
  docs: z
    .array(z.looseObject({ _id: z.string(), _rev: z.string().optional(), _deleted: z.boolean().optional() }))
    .max(500),
})

/** @returns why these documents may not be written, or undefined */
async function changesFacts(database: PouchDB, body: unknown): Promise<string | undefined> {
  const parsed = zBulk.safeParse(body)
  if (!parsed.success) return 'not a bulk of documents'
  for (const doc of parsed.data.docs) {
    if (doc._deleted) return 'no deletes'
    const before = await database.get(doc._id).catch(() => undefined)
    // The same revision again is the same fact again, as replication repeats it.
    if (before && before._rev !== doc._rev) return 'facts are written once'
  }
  return undefined
}

const bodyLimit = 4_000_000

/** Reads the body for the rule and leaves it where express-pouchdb's own parser looks for it. */
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
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    Object.assign(request, { body, rawBody: JSON.stringify(body), _body: true })
    return body
  } catch {
    return undefined
  }
}

function refuse(response: Parameters<RequestHandler>[1], reason: string): void {
  response.status(403).json({ error: 'forbidden', reason })
}
