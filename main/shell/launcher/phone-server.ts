/**
 * Serves the demonstration's phone: a page for a second window of this machine (http on 127.0.0.1), and for a real phone on
 * the same network (https, since its browser gives the camera to no other page). Nothing of the kiosk can be reached here.
 */
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import type { Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { readAsset, resolveAsset } from '../policy/resolve-asset.ts'
import { createPhoneProxy, longestProxyBody } from './phone-proxy.ts'
import { phoneHeaders } from './phone-headers.ts'
import { selfSigned } from './self-signed.ts'
import { showToCamera } from './show-to-camera.ts'

export interface PhoneServer {
  /** for a second window of this machine */
  url: string
  /** for a real phone; undefined where this machine has no network, or the port could not be had */
  network: string | undefined
  close(): Promise<void>
}

interface Options {
  /** folder of the built page */
  root: string
  /** where the certificate is kept */
  data: string
  issuer: string
  /** control address of the kiosk's simulated camera: a phone that is a second window may hold codes up to it */
  camera?: string
  /** 0 takes any free one. IDs lie in the browser under the address, so a later start takes the same again. */
  ports: { here: number; network: number }
  now: number
  /** of this machine, IPv4; default all that lead out of it */
  addresses?: readonly string[]
}

/** @returns the running servers; a port that was taken meanwhile is replaced by a free one */
export async function startPhoneServer(options: Options): Promise<PhoneServer> {
  const { data, ports, now, addresses = ownAddresses() } = options
  const here: Server = createPlain(
    answering({ ...options, isHere: true }, () => [`127.0.0.1:${portOf(here)}`]),
  )
  await listen(here, ports.here, '127.0.0.1')
  const url = `http://127.0.0.1:${portOf(here)}/`
  const [first] = addresses
  if (first === undefined) return { url, network: undefined, close: () => closeAll([here]) }
  const names = (): string[] => addresses.map((one) => `${one}:${portOf(secure)}`)
  const secure: Server = createSecure(
    await selfSigned(data, addresses, now),
    answering({ ...options, isHere: false }, names),
  )
  await listen(secure, ports.network, '0.0.0.0')
  return {
    url,
    network: `https://${first}:${portOf(secure)}/`,
    close: () => closeAll([here, secure]),
  }
}

/** Addresses by which others on the network see this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}

function answering(options: Options & { isHere: boolean }, names: () => string[]) {
  const { root, issuer, isHere } = options
  const camera = isHere ? options.camera : undefined
  const proxy = createPhoneProxy(issuer)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that merely leads here (DNS rebinding) is not us.
    if (!names().includes(request.headers.host ?? '')) return end(response, 421)
    const [path = '/'] = (request.url ?? '/').split('?')
    const method = request.method ?? 'GET'
    if (path.startsWith('/issuer/')) {
      if (!isOwnPage(request)) return end(response, 403)
      const body = await bodyOf(request)
      if (!body) return end(response, 413)
      const reply = await proxy({
        method,
        path: path.slice('/issuer'.length),
        headers: request.headers,
        body,
      })
      response.writeHead(reply.status, { ...phoneHeaders('issuer'), 'content-type': reply.type })
      return void response.end(reply.body)
    }
    if (path === '/hold-up' && method === 'POST' && camera !== undefined) {
      if (!isOwnPage(request)) return end(response, 403)
      const body = await bodyOf(request)
      return end(response, body ? await showToCamera(camera, body) : 413)
    }
    if (method !== 'GET') return end(response, 405)
    if (path === '/phone.json') {
      response.writeHead(200, { ...phoneHeaders(path.slice(1)), 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ issuer, camera: camera !== undefined }))
    }
    const asset = resolveAsset(path)
    const file = asset && (await readAsset(root, asset))
    if (!asset || !file) return end(response, 404)
    response.writeHead(200, { ...phoneHeaders(asset.path), 'content-type': asset.mimeType })
    response.end(file)
  }
  return (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch(() => end(response, 500))
  }
}

/** Other pages of the phone's browser may not call the issuer through us. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin'
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status)
  response.end()
}

/** @returns undefined where it is too long */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const piece = Buffer.from(chunk)
    size += piece.length
    if (size > longestProxyBody) return undefined
    chunks.push(piece)
  }
  return Buffer.concat(chunks)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || port === 0) return reject(error)
      server.listen(0, host, resolve)
    })
    server.listen(port, host, resolve)
  })
}

function closeAll(servers: readonly Server[]): Promise<void> {
  const each = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
          server.closeAllConnections()
      }),
  )
  return Promise.all(each).then(() => undefined)
}
