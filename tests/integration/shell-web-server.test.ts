/** The browser shell against whoever else can reach a port of this machine. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startWebServer, type WebServer } from '../../main/shell/browser/web-server.ts'
import { serveApi } from '../../main/shell/serve-api.ts'
import { stubWorld } from './shell-world.ts'

let folder = ''
let server: WebServer
let cookie = ''
const log = () => undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-web-'))
  const root = join(folder, 'renderer')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>kiosk</title>')
  writeFileSync(join(root, 'assets', 'index-1.js'), '1')
  writeFileSync(join(root, 'assets', 'index-1.js.map'), '{}')
  writeFileSync(join(folder, 'secret.json'), 'secret')
  server = await startWebServer({
    port: 0,
    root,
    accept: serveApi(stubWorld().services, log),
    random: (bytes) => randomBytes(bytes),
    log,
  })
  cookie = await enter(server.link())
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

async function enter(link: string): Promise<string> {
  const response = await fetch(link, { redirect: 'manual' })
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** A request written by hand: `fetch` would tidy paths and refuse to lie about Host. */
function raw(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; text: string }> {
  const lines = Object.entries({ host: `127.0.0.1:${server.port}`, cookie, connection: 'close', ...headers })
  const request = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(server.port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.once('error', reject)
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString()
      resolve({ status: Number(text.split(' ')[1]), text })
    })
  })
}

const own = () => `http://127.0.0.1:${server.port}`

describe('the one-time address', () => {
  it('becomes a cookie that no script reads, and leaves the address', async () => {
    const response = await fetch(server.link(), { redirect: 'manual' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/')
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^kiosk-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    )
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  })
  it('opens once', async () => {
    const link = server.link()
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303)
    const again = await fetch(link, { redirect: 'manual' })
    expect(again.status).toBe(403)
    expect(again.headers.getSetCookie()).toEqual([])
    expect(await again.text()).toContain('fresh one')
  })
  it('may be loaded again by the window that has it', async () => {
    const link = server.link()
    const mine = await enter(link)
    const again = await fetch(link, { redirect: 'manual', headers: { cookie: mine } })
    expect(again.status).toBe(303)
    expect(again.headers.getSetCookie()).toEqual([])
  })
  it('is not any other', async () => {
    for (const token of ['', 'x', 'undefined', 'a'.repeat(43)]) {
      expect((await fetch(`${own()}/?token=${token}`, { redirect: 'manual' })).status).toBe(403)
    }
  })
})

describe('requests', () => {
  it('give the page to a window with a session, with every header', async () => {
    const { status, text } = await raw('/')
    expect(status).toBe(200)
    for (const header of [
      'content-security-policy',
      'x-content-type-options',
      'cross-origin-opener-policy',
      'permissions-policy',
    ]) {
      expect(text.toLowerCase()).toContain(`\r\n${header}: `)
    }
    expect((await raw('/assets/index-1.js')).status).toBe(200)
    expect((await raw('/index.html?x=1')).status).toBe(200)
    expect((await raw('/', {}, 'HEAD')).text).toMatch(/\r\n\r\n$/)
  })
  it('give nothing without one', async () => {
    for (const path of ['/', '/index.html', '/assets/index-1.js', '/absent.js']) {
      expect((await raw(path, { cookie: '' })).status).toBe(403)
      expect((await raw(path, { cookie: `kiosk-${server.port}=${'a'.repeat(43)}` })).status).toBe(403)
    }
  })
  it.each([
    ['another Host', { host: 'evil.example' }, 421],
    ['a rebound name', { host: 'rebound.example:80' }, 421],
    ['localhost', { host: 'localhost' }, 421],
    ['another Origin', { origin: 'http://evil.example' }, 403],
    ['no Origin worth the name', { origin: 'null' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 403],
    [
      'another port of this machine that embeds',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      403,
    ],
  ])('are refused from %s', async (_name, headers, status) => {
    const answer = await raw('/', headers)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toContain('<!doctype')
  })
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('are refused by %s', async (method) => {
    expect((await raw('/', {}, method)).status).toBe(405)
  })
  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/..%5csecret.json',
    '/..\\secret.json',
    '//secret.json',
    '//127.0.0.1/secret.json',
    'http://127.0.0.1/secret.json',
    '/assets/index-1.js.map',
    '/assets/index-1.js%00.html',
    '/assets',
    '*',
  ])('find nothing at %s', async (path) => {
    const answer = await raw(path)
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain('secret')
  })
  it('find no listener but on loopback', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address && !address.internal && address.family === 'IPv4')
    for (const address of outside) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect(server.port, address?.address, () => resolve(true))
        socket.once('error', () => resolve(false))
      })
      expect(reached).toBe(false)
    }
    expect(server.link()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/)
  })
})

describe('the socket', () => {
  const open = (headers: Record<string, string>, path = '/api') =>
    new Promise<number | 'open'>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
      socket.once('open', () => (resolve('open'), socket.terminate()))
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.once('error', () => resolve(0))
    })

  it('opens for our page with a session', async () =>
    expect(await open({ cookie, origin: own() })).toBe('open'))
  it.each([
    ['no session', () => ({ origin: own() })],
    ['a made-up session', () => ({ origin: own(), cookie: `kiosk-${server.port}=x` })],
    ['no Origin', () => ({ cookie })],
    ['another Origin', () => ({ cookie, origin: 'http://evil.example' })],
    ['another port as Origin', () => ({ cookie, origin: 'http://127.0.0.1:1' })],
    ['another Host', () => ({ cookie, origin: own(), host: 'evil.example' })],
  ])('stays shut with %s', async (_name, headers) => expect(await open(headers())).toBe(403))
  it('stays shut on any other path', async () => {
    for (const path of ['/', '/api/', '/api?connectionParams=1', '/apis']) {
      expect(await open({ cookie, origin: own() }, path)).toBe(403)
    }
    expect((await raw('/api')).status).toBe(426)
  })
  it('ends at a message larger than any of ours', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, { headers: { cookie, origin: own() } })
    const code = await new Promise<number>((resolve) => {
      socket.once('open', () => socket.send('x'.repeat(3_000_001)))
      socket.once('close', resolve)
      socket.on('error', () => undefined)
    })
    expect(code).toBe(1009)
  })
  it('survives nonsense', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, { headers: { cookie, origin: own() } })
    const answers: string[] = []
    await new Promise<void>((resolve) => {
      socket.once('open', () => {
        for (const text of [
          '',
          '{',
          'null',
          '[]',
          '{"id":1}',
          '{"id":1,"method":"query","params":{"path":"__proto__"}}',
        ])
          socket.send(text)
        socket.send(Buffer.from([0xff, 0xfe]))
        socket.send('{"id":9,"method":"query","params":{"path":"session.names"}}')
      })
      socket.on('message', (data: Buffer) => {
        answers.push(data.toString())
        if (data.toString().includes('"id":9')) resolve()
      })
    })
    socket.terminate()
    expect(answers.at(-1)).toContain('Karma')
    expect(answers.join()).not.toMatch(/node_modules|at \w+ \(/)
  })
})
