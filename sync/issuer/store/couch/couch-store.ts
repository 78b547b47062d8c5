/** The kiosks' databases in Apache CouchDB 3: the same protocol, walls that the server enforces, and changes told in one feed. */
import { setTimeout as delay } from 'node:timers/promises'
import type PouchDB from 'pouchdb'
import { z } from 'zod'
import { readCredentials } from '../../credentials.ts'
import type { KioskStore } from '../kiosk-store.ts'
import type { CouchChoice } from '../z-store-choice.ts'
import { connectCouch, CouchRefused } from './couch-server.ts'
import { passThrough } from './pass-through.ts'
import { createWalls, databaseOf, notesDatabase, type Direction, type Walls } from './walls.ts'
import { followWritten } from './written-feed.ts'

const zSeen = z.looseObject({ seq: z.union([z.number(), z.string()]) })

/** @throws Error - where the server cannot be reached for `waitMs`, or does not let the issuer do its work */
export async function openCouchStore(
  choice: CouchChoice,
  onProblem: (event: string) => void,
): Promise<KioskStore> {
  const server = connectCouch(choice.url, readCredentials(choice.credentials))
  const walls = createWalls(server, choice.shards)
  await prepared(walls, choice.waitMs, onProblem)
  await walls.renewRules()
  const there = new Set(await walls.databases())

  const open = new Map<string, PouchDB>()
  function database(kiosk: string, direction: Direction): PouchDB {
    const name = databaseOf(kiosk, direction)
    const one = open.get(name) ?? server.open(name)
    open.set(name, one)
    return one
  }

  const listeners: ((kiosk: string) => void)[] = []
  const onWritten = (kiosk: string) => listeners.forEach((listener) => listener(kiosk))
  const feed = await followWritten({ server, onWritten, onProblem, sweepMs: choice.sweepMs })

  /** Kiosks whose user is looked at just now. */
  const strangers = new Set<string>()
  const pass = passThrough({
    ...{ url: server.url, onWritten, onProblem },
    onStranger(kiosk, password) {
      if (strangers.has(kiosk.id)) return
      strangers.add(kiosk.id)
      // Restored from a backup that is older than the kiosk, or moved from another store.
      void walls
        .add(kiosk, password)
        .then(() => onProblem(`${kiosk.id} was made anew at CouchDB`))
        .catch(() => onProblem(`${kiosk.id} is not known by CouchDB, and could not be made`))
        .finally(() => strangers.delete(kiosk.id))
    },
  })

  const seenPath = (kiosk: string) => `${notesDatabase}/_local/seen-${kiosk}`
  return {
    handler: pass.handler,
    async addKiosk(kiosk, password) {
      const known = there.has(databaseOf(kiosk.id, 'outbox')) && there.has(databaseOf(kiosk.id, 'inbox'))
      if (!known || password !== undefined) await walls.add(kiosk, password)
    },
    outbox: (kiosk) => database(kiosk, 'outbox'),
    inbox: (kiosk) => database(kiosk, 'inbox'),
    onWritten: (listener) => void listeners.push(listener),
    seenTo: async (kiosk) => zSeen.safeParse(await server.read(seenPath(kiosk))).data?.seq ?? 0,
    async setSeenTo(kiosk, seq) {
      // The one writer of it is this process, and of `_local` documents CouchDB keeps no revisions.
      const before = z.looseObject({ _rev: z.string() }).safeParse(await server.read(seenPath(kiosk))).data
      await server.ask('PUT', seenPath(kiosk), { body: { ...(before && { _rev: before._rev }), seq } })
    },
    feedSpeaks: () => feed.speaks,
    async close() {
      await feed.close()
      pass.close()
      await Promise.all([...open.values()].map((one) => one.close()))
    },
  }
}

/** After a power cut both machines start at once, and the issuer is the faster. */
async function prepared(walls: Walls, waitMs: number, onProblem: (event: string) => void): Promise<void> {
  const until = performance.now() + waitMs
  for (let told = false; ;) {
    try {
      return await walls.prepare()
    } catch (error) {
      const later = error instanceof TypeError || (error instanceof CouchRefused && error.status >= 500)
      if (!later || performance.now() > until) throw error
      if (!told) onProblem('CouchDB does not answer yet: waiting')
      told = true
      await delay(1_000)
    }
  }
}
