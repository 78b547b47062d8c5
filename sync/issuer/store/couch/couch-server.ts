/** Apache CouchDB as its admin asks it: JSON over HTTP, with an end to each wait. */
import PouchDB from 'pouchdb'
import type { Credentials } from '../../credentials.ts'

export class CouchRefused extends Error {
  readonly status: number
  constructor(what: string, status: number) {
    super(`CouchDB answered ${status} to ${what}`)
    this.name = 'CouchRefused'
    this.status = status
  }
}

export interface CouchServer {
  readonly url: URL
  /** @returns the answer @throws CouchRefused - for a status that is not among `accept` @throws TypeError - nobody answers */
  ask(method: string, path: string, options?: AskOptions): Promise<unknown>
  /** @returns the answer, or undefined for 404 */
  read(path: string): Promise<unknown>
  open<T extends object>(database: string): PouchDB<T>
}

interface AskOptions {
  body?: unknown
  accept?: readonly number[]
  /** default the admin's */
  as?: Credentials
  timeoutMs?: number
  signal?: AbortSignal
}

/** How long one answer may take, in ms. */
const patienceMs = 60_000

export function connectCouch(url: string, admin: Credentials): CouchServer {
  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  const basic = ({ user, password }: Credentials) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

  async function ask(method: string, path: string, options: AskOptions = {}): Promise<unknown> {
    const { body, accept = [], as = admin, timeoutMs = patienceMs, signal } = options
    const limit = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(new URL(path, base), {
      method,
      headers: { authorization: basic(as), 'content-type': 'application/json', accept: 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    const said: unknown = await answer.json().catch(() => undefined)
    if (answer.ok || accept.includes(answer.status)) return said
    throw new CouchRefused(`${method} ${path.split('?')[0]}`, answer.status)
  }

  return {
    url: base,
    ask,
    async read(path) {
      try {
        return await ask('GET', path)
      } catch (error) {
        if (error instanceof CouchRefused && error.status === 404) return undefined
        throw error
      }
    },
    open: (database) =>
      new PouchDB(new URL(database, base).href, {
        skip_setup: true,
        fetch: (path, init) => {
          const headers = new Headers(init?.headers)
          headers.set('authorization', basic(admin))
          return fetch(path, { ...init, headers, signal: AbortSignal.timeout(patienceMs) })
        },
      }),
  }
}
