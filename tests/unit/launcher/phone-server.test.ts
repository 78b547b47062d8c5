/** Whom the phone's server answers, and what it passes on to the issuer: over real sockets. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, request as ask, type IncomingMessage, type RequestListener } from 'node:http'
import { request as askSecure } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isOpenDoor } from '../../../main/shell/launcher/phone-proxy.ts'
import { startPhoneServer, type PhoneServer } from '../../../main/shell/launcher/phone-server.ts'
import { selfSigned } from '../../../main/shell/launcher/self-signed.ts'

const folder = mkdtempSync(join(tmpdir(), 'phone-server-'))
const root = join(folder, 'page')
const now = Date.now()
const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
const issuer = createServer(((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{"ok":true}')
  })
}) satisfies RequestListener)
let server: PhoneServer

beforeAll(async () => {
  mkdirSync(root)
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>phone</title>')
  writeFileSync(join(folder, 'secret.html'), 'no')
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  const { port } = issuer.address() as AddressInfo
  server = await startPhoneServer({
    root,
    data: folder,
    issuer: `http://127.0.0.1:${port}`,
    ports: { here: 0, network: 0 },
    now,
    camera: `http://127.0.0.1:${port}`,
    addresses: ['127.0.0.1'],
  })
})
afterAll(async () => {
  await server.close()
  issuer.close()
  rmSync(folder, { recursive: true })
})

interface Call {
  method?: string
  headers?: Record<string, string>
  body?: string
  base?: string
}
function call(path: string, { method = 'GET', headers = {}, body, base = server.url }: Call = {}) {
  const url = new URL(base)
  const options = {
    host: url.hostname,
    port: url.port,
    path,
    method,
    headers: { host: url.host, ...headers },
  }
  return new Promise<{ status: number; headers: IncomingMessage['headers']; text: string }>(
    (resolve, reject) => {
      const answered = (response: IncomingMessage) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      }
      const asked =
        url.protocol === 'https:'
          ? askSecure({ ...options, rejectUnauthorized: false }, answered)
          : ask(options, answered)
      asked.on('error', reject)
      asked.end(body)
    },
  )
}

describe('the page', () => {
  it.each(['here', 'network'] as const)('comes %s with a policy that lets nothing else in', async (which) => {
    const base = which === 'here' ? server.url : (server.network ?? '')
    const { status, headers, text } = await call('/', { base })
    expect([status, text]).toEqual([200, '<!doctype html><title>phone</title>'])
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain("connect-src 'self'")
  })
  it.each([
    ['/../secret.html', 404],
    ['/..%2fsecret.html', 404],
    ['/nothing.html', 404],
    ['/issuer', 404],
  ])('%s is %i', async (path, status) => {
    expect((await call(path)).status).toBe(status)
  })
  it('answers only to its own name', async () => {
    expect((await call('/', { headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await call('/', { method: 'POST' })).status).toBe(405)
  })
})

describe('the way to the issuer', () => {
  it("passes a phone's call on, without cookies either way", async () => {
    const { status, headers, text } = await call('/issuer/oid4vci/credential', {
      method: 'POST',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json', cookie: 'kiosk=1' },
      body: '{"a":1}',
    })
    expect([status, text, headers['set-cookie']]).toEqual([200, '{"ok":true}', undefined])
    const last = seen.at(-1)
    expect(last).toMatchObject({ method: 'POST', url: '/oid4vci/credential', body: '{"a":1}' })
    expect(last?.headers.authorization).toBe('Bearer x')
    expect(last?.headers.cookie).toBeUndefined()
  })
  it.each([
    ['POST', '/commission'],
    ['GET', '/store/kiosk-1-inbox'],
    ['POST', '/kiosk/offers'],
    ['GET', '/oid4vci/credential'],
    ['GET', '/oid4vci/offers/../../store/x'],
    ['GET', '/oid4vci/offers/%2e%2e'],
    ['PUT', '/oid4vci/token'],
    ['GET', '//evil.example/oid4vci/jwks'],
  ])('does not open %s %s', async (method, path) => {
    const before = seen.length
    expect(isOpenDoor(method, path)).toBe(false)
    expect((await call(`/issuer${path}`, { method })).status).toBe(404)
    expect(seen).toHaveLength(before)
  })
  it('is not for other pages, nor for long bodies', async () => {
    const door = '/issuer/oid4vci/token'
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await call(door, { method: 'POST', headers })).status).toBe(403)
    expect((await call(door, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413)
  })
})

describe('the simulated camera', () => {
  const held = { method: 'POST', body: JSON.stringify({ text: 'btkiosk:holder:1:x#y' }) }
  it('sees what a second window holds up, and nothing of a phone on the network', async () => {
    expect((await call('/hold-up', held)).status).toBe(204)
    const shown = { show: 'qr', text: 'btkiosk:holder:1:x#y' }
    expect(seen.at(-1)).toMatchObject({ url: '/show', body: JSON.stringify(shown) })
    expect((await call('/hold-up', { ...held, base: server.network ?? '' })).status).toBe(405)
    expect((await call('/hold-up', { ...held, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
      403,
    )
    expect((await call('/hold-up', { method: 'POST', body: '{"text":1}' })).status).toBe(400)
  })
})

describe('the certificate', () => {
  it('is kept, for its owner alone, until it ends or the machine has another address', async () => {
    const file = join(folder, 'certificate.pem')
    const first = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(first).toContain((await selfSigned(folder, ['127.0.0.1'], now)).cert)
    const moved = await selfSigned(folder, ['192.168.7.9', '127.0.0.1'], now)
    expect(first).not.toContain(moved.cert)
    const later = await selfSigned(folder, ['127.0.0.1'], now + 364 * 86_400_000)
    expect(later.cert).not.toBe(moved.cert)
  })
})
