/**
 * The CouchDB protocol for the kiosks' databases, embedded. The server enforces the two rules that replication rests on:
 * a kiosk reads and writes only its own, and what was written once stays.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import express, { type RequestHandler } from 'express'
import PouchDB from 'pouchdb'
import { z } from 'zod'
import { inTurn } from '../../in-turn.ts'
import type { KioskEntry } from '../registry.ts'
import { acceptFacts } from './accept-facts.ts'
import { answerFacts } from './facts-protocol.ts'
import { readBody } from './read-body.ts'
import { openSharedLevel } from './shared-level.ts'

export interface KioskStore {
  /** to be mounted at `/store`, after `authenticate` has put the kiosk into `response.locals` */
  handler: RequestHandler
  /** Makes its databases, and its user where the store has users of its own; safe to repeat. @param password of that user; without it only the databases are made */
  addKiosk(kiosk: Pick<KioskEntry, 'id' | 'user'>, password?: string): Promise<void>
  outbox(kiosk: string): PouchDB
  inbox(kiosk: string): PouchDB
  /** called after a kiosk has written into its outbox */
  onWritten(listener: (kiosk: string) => void): void
  /** how far the changes of an outbox have been taken in; kept beside it, where it does not replicate */
  seenTo(kiosk: string): Promise<number | string>
  setSeenTo(kiosk: string, seq: number | string): Promise<void>
  /** whether it tells of what was written now; absent where it always does */
  feedSpeaks?(): boolean
  close(): Promise<void>
}

const seenId = '_local/intake'
const zSeen = z.object({ seq: z.union([z.number(), z.string()]) })

const reading = new Set(['GET', 'HEAD'])
const readingByPost = /\/(_changes|_all_docs|_bulk_get|_revs_diff)$/

/** PouchDB objects that are kept, a few tens of KB each, and how many of the longest unused are looked at when there are more */
const mostOpen = 1_000
const closedAtOnce = 50
const idleMs = 30_000

export function openKioskStore(dataDir: string): KioskStore {
  const folder = join(dataDir, 'store')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Synced: what the registry believes to be said must still be there after a power cut.
  const shared = openSharedLevel(join(folder, 'all'), folder)
  const Store = PouchDB.defaults({ prefix: `${folder}/`, db: shared.factory, auto_compaction: false })
  const listeners: ((kiosk: string) => void)[] = []
  const open = new Map<string, PouchDB>()
  const inOrder = inTurn()
  let opened = 0
  function database(name: string): PouchDB {
    const known = open.get(name)
    if (!known && open.size >= mostOpen) closeIdle()
    // Put in anew, so that the ones that were asked for last are the last.
    open.delete(name)
    const one = known ?? new Store(`${name}~${(opened += 1)}`)
    open.set(name, one)
    return one
  }
  function closeIdle(): void {
    const old = [...open].slice(0, closedAtOnce)
    for (const [name, one] of old.filter(([each]) => performance.now() - shared.lastUsed(each) > idleMs)) {
      open.delete(name)
      void one.close().catch(() => undefined)
    }
  }

  const app = express()
  app.use(async (request, response, next) => {
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
    const made = path === '/' && request.method === 'PUT' && direction === 'outbox'
    const reads =
      reading.has(request.method) || (request.method === 'POST' && readingByPost.test(path)) || local || made
    if (reads) return (await answerFacts(database(name), path, request, response)) ? undefined : next()
    if (direction === 'inbox') return refuse(response, 'the inbox is written by the issuer')
    if (request.method !== 'POST' || path !== '/_bulk_docs') return refuse(response, 'facts are written once')
    const body = await readBody(request)
    // Of two that bring the same fact at once, the second sees the first.
    const answer = await inOrder(name, () => acceptFacts(database(name), body, kiosk.id))
    if (!answer)
      return void response.status(400).json({ error: 'bad_request', reason: 'not a bulk of documents' })
    response.status(201).json(answer)
    for (const listener of listeners) listener(kiosk.id)
  })

  return {
    handler: app,
    // Whoever signs in is known by the registry.
    addKiosk: async ({ id }, password) => {
      if (password === undefined) return
      await Promise.all(['outbox', 'inbox'].map((direction) => database(`kiosk-${id}-${direction}`).info()))
    },
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
      await shared.close()
    },
  }
}

function refuse(response: Parameters<RequestHandler>[1], reason: string): void {
  response.status(403).json({ error: 'forbidden', reason })
}
