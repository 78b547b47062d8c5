/**
 * `/store/kiosk-…` at the issuer's address, passed on to CouchDB with the kiosk's own name and password: who may do what is
 * decided there. Only what replication needs is passed on; the rest of CouchDB cannot be reached from outside.
 */
import { Agent as HttpAgent, request as askHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as askHttps } from 'node:https'
import type { Request, RequestHandler, Response } from 'express'
import type { KioskEntry } from '../../registry.ts'
import { kioskOf } from './walls.ts'

export interface PassThroughOptions {
  url: URL
  /** a kiosk has written into its outbox */
  onWritten: (kiosk: string) => void
  /** CouchDB does not know a kiosk that the registry knows */
  onStranger: (kiosk: KioskEntry, password: string) => void
  onProblem: (event: string) => void
  /** without a byte for so long the server is taken for dead */
  timeoutMs?: number
}

const postable = new Set([
  '_bulk_docs',
  '_bulk_get',
  '_revs_diff',
  '_changes',
  '_all_docs',
  '_ensure_full_commit',
])
const there = [
  'authorization',
  'accept',
  'content-type',
  'content-length',
  'content-encoding',
  'if-none-match',
]
const back = [
  'content-type',
  'content-length',
  'content-encoding',
  'etag',
  'cache-control',
  'x-couch-request-id',
]

export function passThrough(options: PassThroughOptions): { handler: RequestHandler; close(): void } {
  const { url, onWritten, onStranger, onProblem, timeoutMs = 60_000 } = options
  const secure = url.protocol === 'https:'
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 256 })

  function passOn(request: Request, response: Response, writes: boolean): void {
    const kiosk: KioskEntry = response.locals['kiosk']
    const asked = (secure ? askHttps : askHttp)(
      {
        ...{ agent, method: request.method, timeout: timeoutMs },
        ...{ hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port || (secure ? 443 : 80) },
        // As it came: decoded and encoded again it could mean something else.
        path: `${url.pathname.replace(/\/$/, '')}${request.url}`,
        headers: only(there, request.headers),
      },
      (answer) => {
        const status = answer.statusCode ?? 502
        if (status === 401) return turnAway(answer, request, response)
        response.status(status).set(only(back, answer.headers))
        answer.on('error', () => response.destroy())
        answer.pipe(response)
        if (writes && status < 300) onWritten(kiosk.id)
      },
    )
    asked.on('timeout', () => asked.destroy(new Error('timeout')))
    asked.on('error', () => {
      if (response.headersSent || response.destroyed) return void response.destroy()
      onProblem('CouchDB does not answer')
      response.status(503).json({ error: 'store_unavailable' })
    })
    response.on('close', () => asked.destroy())
    request.pipe(asked)
  }

  /** The registry knows this kiosk. Either it may not do this, or CouchDB does not know it (yet, or any more). */
  function turnAway(answer: IncomingMessage, request: Request, response: Response): void {
    let said = ''
    answer.setEncoding('utf8')
    answer.on('data', (piece: string) => (said = (said + piece).slice(0, 1_000)))
    answer.on('error', () => response.destroy())
    answer.on('end', () => {
      if (!said.includes('Name or password is incorrect'))
        return void response.status(403).json({ error: 'forbidden', reason: 'not allowed by the store' })
      const kiosk: KioskEntry = response.locals['kiosk']
      const given = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64')
      const text = given.toString('utf8')
      onStranger(kiosk, text.slice(text.indexOf(':') + 1))
      response.status(503).json({ error: 'store_unavailable' })
    })
  }

  return {
    handler(request, response) {
      const [, database = '', ...rest] = request.path.split('/')
      const path = rest.join('/')
      if (!kioskOf(database) || /(^|\/)\.\.?(\/|$)/.test(decoded(path) ?? '..'))
        return void response.status(403).json({ error: 'forbidden', reason: 'not a kiosk’s database' })
      const { method } = request
      const reads = method === 'GET' || method === 'HEAD'
      const checkpoint = method === 'PUT' && path.startsWith('_local/')
      if (!reads && !checkpoint && !(method === 'POST' && postable.has(path)))
        return void response.status(403).json({ error: 'forbidden', reason: 'facts are written once' })
      passOn(request, response, path === '_bulk_docs')
    },
    close: () => agent.destroy(),
  }
}

function only(names: readonly string[], headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
