/** The content security policy in a real Chromium: what a page of ours can do under it, and what an injection cannot. */
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { startWebServer, type WebServer } from '../../main/shell/browser/web-server.ts'
import { serveApi } from '../../main/shell/serve-api.ts'
import { stubWorld } from './shell-world.ts'

const client = fileURLToPath(new URL('../../renderer/lib/api/client.ts', import.meta.url))
const wasmFile = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')

/** The page is built by Vite as the screens are, with the client, Svelte's way of making elements, and a worker. */
const files = {
  'index.html': '<!doctype html><div id="app"></div><script type="module" src="./main.ts"></script>',
  'main.ts': `
    import { createClient } from ${JSON.stringify(client)}
    import { mount } from 'svelte'
    import Page from './Page.svelte'
    const { api, connection } = createClient()
    mount(Page, { target: document.getElementById('app') })
    const worker = new Worker(new URL('./scan-worker.ts', import.meta.url), { type: 'module' })
    const wasm = new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data)))
    const inPage = fetch('/assets/probe.wasm').then((r) => r.arrayBuffer()).then((b) => WebAssembly.compile(b)).then(() => 'compiled', (e) => e.name)
    window.seen = { names: () => api.session.names.query(), state: () => connection.get(), wasm: () => wasm, inPage: () => inPage }
  `,
  'scan-worker.ts': `
    const bytes = await (await fetch('/assets/probe.wasm')).arrayBuffer()
    const tried = await WebAssembly.compile(bytes).then(() => 'compiled', (error) => String(error))
    let evaluated = 'ran'
    try { new Function('return 1')() } catch { evaluated = 'refused' }
    postMessage({ tried, evaluated })
  `,
  'Page.svelte':
    '<script>let n = $state(1)</script><h1>Kiosk {n}</h1><div style:width="{n * 50}px"><b>bold</b></div>',
}

let folder = ''
let server: WebServer
let evil: Server
let browser: Browser
let page: Page
let evilHits = 0
const violations: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-chromium-'))
  const source = join(folder, 'source')
  const root = join(folder, 'renderer')
  mkdirSync(source)
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text)
  const { svelte } = await import('@sveltejs/vite-plugin-svelte')
  await build({
    root: source,
    base: './',
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    worker: { format: 'es' },
    build: {
      outDir: root,
      emptyOutDir: true,
      target: 'chrome130',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  })
  copyFileSync(wasmFile, join(root, 'assets', 'probe.wasm'))
  const log = () => undefined
  const accept = serveApi(stubWorld().services, log)
  server = await startWebServer({ port: 0, root, accept, random: (bytes) => randomBytes(bytes), log })
  evil = createServer((_request, response) => {
    evilHits += 1
    response
      .writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/html' })
      .end('<p>evil</p>')
  })
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  const executablePath = findChromium()
  browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const context = await browser.newContext()
  context.setDefaultTimeout(5_000)
  page = await context.newPage()
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript|Refused/i.test(message.text()))
      violations.push(message.text())
  })
  page.on('pageerror', (error) => violations.push(error.message))
  await page.goto(server.link())
})
afterAll(async () => {
  await browser.close()
  await server.close()
  evil.close()
  rmSync(folder, { recursive: true, force: true })
})

const evilUrl = () => {
  const address = evil.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
}
/** Runs text in the page's world by the debugger, as an attacker's script would run that got in some other way. */
const run = <T>(script: string) => page.evaluate<T>(script)

describe('a page of ours', () => {
  it('lost its token on the way', () => expect(page.url()).toBe(`http://127.0.0.1:${server.port}/`))
  it('shows what Svelte makes, reaches the host, and its worker compiles WebAssembly', async () => {
    await page.waitForSelector('h1 >> text=Kiosk 1')
    expect(await page.locator('b').innerText()).toBe('bold')
    expect(await run('window.seen.names()')).toEqual(['Karma'])
    expect(await run('window.seen.state()')).toBe('open')
    expect(await run('window.seen.wasm()')).toEqual({ tried: 'compiled', evaluated: 'refused' })
  })
  it('compiles none itself', async () => expect(await run('window.seen.inPage()')).toBe('CompileError'))
  it('breaks no rule while it does so, but for the two that were tried', () => {
    expect(violations.filter((text) => !/WebAssembly|unsafe-eval/.test(text))).toEqual([])
  })
})

describe('an injection', () => {
  it.each([
    [
      'inline script',
      `(() => { const s = document.createElement('script'); s.textContent = 'window.hit = 1'; document.body.append(s) })()`,
    ],
    ['markup', `document.body.innerHTML = '<img src=x onerror="window.hit = 1">'`],
    ['markup beside', `document.body.insertAdjacentHTML('beforeend', '<script>window.hit = 1</script>')`],
    ['evaluated text', `setTimeout('window.hit = 1', 0)`],
    ['a new policy', `window.trustedTypes.createPolicy('evil', { createHTML: (x) => x })`],
    ['a second default policy', `window.trustedTypes.createPolicy('default', { createHTML: (x) => x })`],
    [
      'a worker from a blob',
      `new Promise((done, fail) => { const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); w.onmessage = () => { window.hit = 1; done() }; w.onerror = fail; setTimeout(done, 300) })`,
    ],
    [
      'a script address',
      `(() => { const s = document.createElement('script'); s.src = '${'http://127.0.0.1:1/x.js'}'; document.body.append(s) })()`,
    ],
  ])('of %s does not run', async (_name, script) => {
    await run(script).catch(() => undefined)
    await page.waitForTimeout(50)
    expect(await run('window.hit')).toBeUndefined()
    expect(await page.locator('h1').innerText()).toBe('Kiosk 1')
  })
  it('reaches no other address', async () => {
    const url = evilUrl()
    const scripts = [
      `fetch('${url}').then(() => 'out', () => 'in')`,
      `new Promise((r) => { const s = new WebSocket('${url.replace('http', 'ws')}'); s.onopen = () => r('out'); s.onerror = () => r('in') })`,
      `new Promise((r) => { const i = new Image(); i.onload = () => r('out'); i.onerror = () => r('in'); i.src = '${url}' })`,
      `(navigator.sendBeacon('${url}'), new Promise((r) => setTimeout(() => r('in'), 300)))`,
      `new Promise((r) => { const f = document.createElement('form'); f.action = '${url}'; f.method = 'post'; document.body.append(f); f.submit(); setTimeout(() => r('in'), 300) })`,
      `new Promise((r) => { const f = document.createElement('iframe'); f.src = '${url}'; document.body.append(f); setTimeout(() => r('in'), 300) })`,
    ]
    for (const script of scripts) {
      expect(await run<string>(`Promise.resolve(${script}).catch(() => 'in')`)).toBe('in')
    }
    expect(evilHits).toBe(0)
  })
})

describe('a foreign page in the same browser', () => {
  it('can neither frame, read, nor speak to the kiosk', async () => {
    const foreign = await page.context().newPage()
    await foreign.goto(evilUrl())
    const kiosk = `127.0.0.1:${server.port}`
    expect(
      await foreign.evaluate<string>(`fetch('http://${kiosk}/').then((r) => r.text(), () => 'blocked')`),
    ).toBe('blocked')
    expect(
      await foreign.evaluate<string>(
        `fetch('http://${kiosk}/assets/probe.wasm', { mode: 'no-cors', credentials: 'include' }).then(() => 'got', () => 'blocked')`,
      ),
    ).toBe('blocked')
    expect(
      await foreign.evaluate<string>(
        `new Promise((r) => { const s = new WebSocket('ws://${kiosk}/api'); s.onopen = () => r('open'); s.onerror = () => r('shut') })`,
      ),
    ).toBe('shut')
    await foreign.evaluate(
      `(() => { const f = document.createElement('iframe'); f.src = 'http://${kiosk}/'; document.body.append(f) })()`,
    )
    await foreign.waitForTimeout(300)
    const framed = await Promise.all(
      foreign
        .frames()
        .slice(1)
        .map((frame) => frame.content()),
    )
    expect(framed.join()).not.toContain('Kiosk')
    await foreign.close()
  })
})
