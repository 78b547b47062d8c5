/**
 * Databases, users and rights at CouchDB: a database per kiosk and direction, one user per kiosk, and rules of what may be
 * written that the server itself enforces. The issuer signs in as a server admin.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { inboxRules, outboxRules, rulesVersion } from '../fact-rules.ts'
import { CouchRefused, type CouchServer } from './couch-server.ts'

/** Of the issuer alone: where it has read up to. Not a kiosk's database, for a member may write `_local` documents. */
export const notesDatabase = 'issuer-notes'

export type Direction = 'outbox' | 'inbox'
export const databaseOf = (kiosk: string, direction: Direction) => `kiosk-${kiosk}-${direction}`
/** @returns kiosk and direction of a kiosk's database, undefined for every other */
export function kioskOf(database: string): { kiosk: string; direction: Direction } | undefined {
  const [, kiosk, direction] = /^kiosk-([a-z0-9-]{3,40})-(outbox|inbox)$/.exec(database) ?? []
  return kiosk && direction ? { kiosk, direction: direction === 'inbox' ? 'inbox' : 'outbox' } : undefined
}

const admins = { names: [], roles: ['_admin'] }
const nobody = { admins, members: admins }
const rulesId = '_design/rules'
const rules = { outbox: outboxRules, inbox: inboxRules }

const zKept = z.looseObject({ _rev: z.string(), version: z.number().optional() })
const zSession = z.object({ userCtx: z.object({ name: z.string().nullable(), roles: z.array(z.string()) }) })

export interface Walls {
  /** What the issuer needs at the server itself. @throws where its user is no server admin */
  prepare(): Promise<void>
  /** safe to repeat; the user comes last, so that nobody is let in before the walls stand */
  add(kiosk: { id: string; user: string }, password?: string): Promise<void>
  /** @returns names of all kiosks' databases */
  databases(): Promise<string[]>
  /** gives the rules of today to databases with older ones @returns how many */
  renewRules(): Promise<number>
}

export function createWalls(server: CouchServer, shards: number): Walls {
  const { ask, read } = server

  async function make(database: string, security: object): Promise<void> {
    await ask('PUT', `${database}?q=${shards}`, { accept: [412] })
    if (!isDeepStrictEqual(await read(`${database}/_security`), security))
      await ask('PUT', `${database}/_security`, { body: security })
  }

  async function setRules(database: string, direction: Direction): Promise<void> {
    const path = `${database}/${rulesId}`
    const before = zKept.safeParse(await read(path)).data
    if (before?.version === rulesVersion) return
    const body = {
      ...{ _id: rulesId, version: rulesVersion, language: 'javascript' },
      ...(before && { _rev: before._rev }),
      validate_doc_update: rules[direction],
    }
    // Two that set the same at once: either is right.
    await ask('PUT', path, { body, accept: [409] })
  }

  const databases = async () => z.array(z.string()).parse(await ask('GET', kioskDatabases))

  async function signsIn(user: string, password: string): Promise<boolean> {
    try {
      const session = await ask('GET', '_session', { as: { user, password } })
      return zSession.safeParse(session).data?.userCtx.name === user
    } catch (error) {
      if (error instanceof CouchRefused && error.status === 401) return false
      throw error
    }
  }

  async function setUser(user: string, password: string): Promise<void> {
    if (await signsIn(user, password)) return
    const path = `_users/org.couchdb.user:${encodeURIComponent(user)}`
    const before = zKept.safeParse(await read(path)).data
    const body = {
      ...(before && { _rev: before._rev }),
      ...{ name: user, password, roles: [], type: 'user' },
    }
    await ask('PUT', path, { body })
  }

  return {
    async prepare() {
      const session = zSession.parse(await ask('GET', '_session'))
      if (!session.userCtx.roles.includes('_admin'))
        throw new Error('the issuer’s user is no server admin of CouchDB')
      // A server that was just installed has none of them. `_global_changes` makes `_db_updates` speak.
      for (const name of ['_users', '_global_changes']) await ask('PUT', name, { accept: [412] })
      await make(notesDatabase, nobody)
    },
    async add({ id, user }, password) {
      for (const direction of ['outbox', 'inbox'] as const) {
        const database = databaseOf(id, direction)
        await make(database, { admins, members: { names: [user], roles: [] } })
        await setRules(database, direction)
      }
      if (password !== undefined) await setUser(user, password)
    },
    databases,
    async renewRules() {
      const path = `${notesDatabase}/_local/rules`
      const before = zKept.safeParse(await read(path)).data
      if (before?.version === rulesVersion) return 0
      const names = await databases()
      for (const name of names) {
        const of = kioskOf(name)
        if (of) await setRules(name, of.direction)
      }
      await ask('PUT', path, { body: { ...(before && { _rev: before._rev }), version: rulesVersion } })
      return names.length
    },
  }
}

/** Asks for the names of all databases of kiosks. */
export const kioskDatabases = `_all_dbs?startkey=${encodeURIComponent('"kiosk-"')}&endkey=${encodeURIComponent('"kiosk-\ufff0"')}`
