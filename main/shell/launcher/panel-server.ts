/**
 * Serves the simulator panel: a page on which a person plays the outside world by hand. It passes calls on to the
 * simulators' own control ports and knows nothing of the kiosk but how to ask for another address of it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { toString as drawCode } from 'qrcode'
import { fileURLToPath } from 'node:url'

export interface Panel {
  url: string
  onKioskLinkWanted(make: () => Promise<string>): void
  close(): Promise<void>
}

const require = createRequire(import.meta.url)

/** The page's files are not compiled, so a built launcher serves them from the sources beside `dist/`. */
function pageFile(name: string): string {
  const beside = fileURLToPath(new URL(`./panel/${name}`, import.meta.url))
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL(`../../../../main/shell/launcher/panel/${name}`, import.meta.url))
}

const files: Record<string, { path: string; type: string }> = {
  '/': { path: pageFile('index.html'), type: 'text/html; charset=utf-8' },
  '/panel.css': { path: pageFile('panel.css'), type: 'text/css; charset=utf-8' },
  '/panel.js': { path: pageFile('panel.js'), type: 'text/javascript; charset=utf-8' },
  '/zxing.js': {
    path: require.resolve('zxing-wasm/reader').replace(/cjs(.)reader.*$/, 'es$1reader$1index.js'),
    type: 'text/javascript',
  },
  // What zxing.js imports from the folder above it.
  '/share.js': {
    path: require.resolve('zxing-wasm/reader').replace(/cjs(.)reader.*$/, 'es$1share.js'),
    type: 'text/javascript',
  },
  '/zxing_reader.wasm': {
    path: require.resolve('zxing-wasm/reader/zxing_reader.wasm'),
    type: 'application/wasm',
  },
}

const security = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

const bodyLimit = 64_000

interface PanelOptions {
  /** control addresses by name */
  simulators: Record<string, string>
  /** where the phone's page is */
  phone: { url: string; network: string | undefined }
}

/** @returns the running panel, on a free port of 127.0.0.1 */
export async function startPanel({ simulators, phone }: PanelOptions): Promise<Panel> {
  let makeLink: (() => Promise<string>) | undefined
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(502)
      response.end()
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://panel').pathname
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    if (request.headers.host !== `127.0.0.1:${port}`) return void response.writeHead(421).end()
    const origin = request.headers.origin
    if (origin !== undefined && origin !== `http://127.0.0.1:${port}`)
      return void response.writeHead(403).end()
    if (path === '/kiosk-link' && request.method === 'POST') {
      if (!makeLink) return json(response, 503, { error: 'the kiosk has a window of its own' })
      return json(response, 200, { link: await makeLink() })
    }
    if (path === '/phone-page') {
      const { url, network } = phone
      const code = await drawCode(network ?? url, { type: 'svg', margin: 2 })
      return json(response, 200, { url, network, code })
    }
    const [, prefix, name, ...rest] = path.split('/')
    if (prefix === 'simulators' && name === undefined) return json(response, 200, Object.keys(simulators))
    const target = prefix === 'simulators' && name ? simulators[name] : undefined
    if (target) return passOn(request, response, new URL(rest.join('/'), `${target.replace(/\/$/, '')}/`))
    const file = files[path]
    if (!file) return void response.writeHead(404).end()
    response.writeHead(200, { ...security, 'content-type': file.type })
    response.end(await readFile(file.path))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The panel has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    onKioskLinkWanted: (make) => {
      makeLink = make
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function passOn(request: IncomingMessage, response: ServerResponse, target: URL): Promise<void> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += piece.length
    if (size > bodyLimit) return void response.writeHead(413).end()
    chunks.push(piece)
  }
  const withBody = request.method === 'POST'
  const reply = await fetch(target, {
    method: withBody ? 'POST' : 'GET',
    ...(withBody && { body: Buffer.concat(chunks), headers: { 'content-type': 'application/json' } }),
  })
  response.writeHead(reply.status, {
    ...security,
    'content-type': reply.headers.get('content-type') ?? 'application/json',
  })
  response.end(Buffer.from(await reply.arrayBuffer()))
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...security, 'content-type': 'application/json' }).end(JSON.stringify(body))
}
