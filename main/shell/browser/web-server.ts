/** The kiosk behind a port of 127.0.0.1: the built screens, one socket, and nothing else. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { isAllowedFetch, isAllowedHost, isAllowedOrigin } from '../policy/local-request.ts'
import { readAsset, resolveAsset } from '../policy/resolve-asset.ts'
import { securityHeaders } from '../policy/response-headers.ts'
import type { Log } from '../../log.ts'
import type { AcceptConnection } from '../serve-api.ts'
import { oneTimeTokens } from './one-time-tokens.ts'
import { createSessions, type Sessions } from './sessions.ts'

export interface WebServerOptions {
  /** 0 takes any free one */
  port: number
  /** folder of the built screens */
  root: string
  accept: AcceptConnection
  random: (bytes: number) => Uint8Array
  log: Log
}

export interface WebServer {
  port: number
  /** @returns an address that opens the kiosk once */
  link(): string
  close(): Promise<void>
}

/** A portrait of 2 MB as base64 in its message; nothing that a screen sends is larger. */
const messageLimit = 3_000_000

/** @throws Error - with the system's code, when the port is taken */
export async function startWebServer({
  port,
  root,
  accept,
  random,
  log,
}: WebServerOptions): Promise<WebServer> {
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 10_000 })
  const own = await listen(server, port)
  const tokens = oneTimeTokens(random)
  const sessions = createSessions({ random, port: own })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageLimit, perMessageDeflate: false })

  server.on('request', (request, response) => {
    const reply = asked(request, own)
    if (typeof reply === 'number') return refuse(response, reply)
    if (reply.pathname === '/api') return refuse(response, 426)
    const token = reply.pathname === '/' ? reply.searchParams.get('token') : null
    if (token !== null) return enter(response, sessions, tokens.redeem(token), request)
    if (!sessions.find(request.headers.cookie)) return refuse(response, 403)
    give(root, reply.pathname, request, response).catch(() => refuse(response, 500))
  })
  server.on('upgrade', (request, socket, head) => {
    const session = sessions.find(request.headers.cookie)
    const { host, origin } = request.headers
    const allowed = isAllowedHost(host, own) && isAllowedOrigin(origin, own, true) && request.url === '/api'
    const ended = allowed && session ? sessions.connected(session) : undefined
    if (!session || !ended) {
      log('shell.socket-refused', { host: isAllowedHost(host, own), session: session !== undefined })
      return cut(socket)
    }
    socket.once('close', ended)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      accept(webSocket, request, session)
    })
  })

  return {
    port: own,
    link: () => `http://127.0.0.1:${own}/?token=${tokens.mint()}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** @returns what is asked for, or the status with which to refuse */
function asked(request: IncomingMessage, port: number): URL | number {
  const { headers, method, url = '' } = request
  if (!isAllowedHost(headers.host, port)) return 421
  if (!isAllowedOrigin(headers.origin, port, false)) return 403
  if (!isAllowedFetch(single(headers['sec-fetch-site']), single(headers['sec-fetch-mode']))) return 403
  if (method !== 'GET' && method !== 'HEAD') return 405
  // The path as it was sent: `new URL` would tidy `..` and backslashes away before they are judged.
  const [path = '', query = ''] = url.split('?', 2)
  if (!path.startsWith('/') || path.startsWith('//')) return 404
  const target = new URL(`http://127.0.0.1:${port}/?${query}`)
  target.pathname = path
  return path === target.pathname ? target : 404
}

const single = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)

/** The first step of a window: its token becomes a cookie and leaves the address. */
function enter(
  response: ServerResponse,
  sessions: Sessions,
  mayEnter: boolean,
  request: IncomingMessage,
): void {
  const again = sessions.find(request.headers.cookie) !== undefined
  if (!mayEnter && !again) return refuse(response, 403)
  const cookie = `${sessions.cookieName}=${mayEnter ? sessions.open() : ''}; HttpOnly; SameSite=Strict; Path=/`
  response.writeHead(303, {
    ...securityHeaders(''),
    location: '/',
    ...(mayEnter && { 'set-cookie': cookie }),
  })
  response.end()
}

async function give(
  root: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asset = resolveAsset(path)
  const bytes = asset && (await readAsset(root, asset))
  if (!asset || !bytes) return refuse(response, 404)
  response.writeHead(200, {
    ...securityHeaders(asset.path),
    'content-type': asset.mimeType,
    'content-length': bytes.byteLength,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

const reasons: Record<number, string> = {
  403: 'This address opens the kiosk once, and it has been used. Ask the kiosk for a fresh one.',
  404: 'Not found.',
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { ...securityHeaders(''), 'content-type': 'text/plain; charset=utf-8' })
  response.end(reasons[status] ?? '')
}

function cut(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve)
  })
  const address: AddressInfo | string | null = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}
