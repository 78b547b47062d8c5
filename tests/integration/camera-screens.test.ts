/** The kiosk's camera screens as they are built and served, in a real Chromium before the virtual camera. */
import { createServer, type Server } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { chromium, type Browser, type Page } from 'playwright'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openPortraitJudge } from '../../main/enrolment/judge-portrait.ts'
import { textsOfCode } from '../../scripts/i18n/texts-of-code.ts'
import { resolveAsset } from '../../main/shell/policy/resolve-asset.ts'
import { securityHeaders } from '../../main/shell/policy/response-headers.ts'
import { startSimulator, type Simulator } from './simulator-process.ts'

const root = fileURLToPath(new URL('camera-page', import.meta.url))
let folder: string
let camera: Simulator
let server: Server
let address: string
/** the policy that the page's workers get */
let wasmAllowed = true
const browsers: Browser[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kiosk-camera-screens-'))
  const outDir = join(folder, 'page')
  const built = build({
    ...{ root, base: './', configFile: false, logLevel: 'error' },
    plugins: [svelte({ configFile: join(root, '../../../svelte.config.js') }), textsOfCode()],
    worker: { format: 'es' },
    build: { outDir, target: 'chrome130', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  })
  camera = await startSimulator('camera', ['--file', join(folder, 'camera.y4m')])
  await built
  server = createServer((request, response) => {
    const asset = resolveAsset(new URL(request.url ?? '/', 'http://page').pathname)
    const headers: Record<string, string> = asset
      ? { ...securityHeaders(asset.path), 'content-type': asset.mimeType }
      : {}
    const policy = headers['content-security-policy'] ?? ''
    if (!wasmAllowed) headers['content-security-policy'] = policy.replace(" 'wasm-unsafe-eval'", '')
    void readFile(join(outDir, asset?.path ?? 'none')).then(
      (bytes) => response.writeHead(200, headers).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : 0}/`
})

afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close()
  wasmAllowed = true
})

afterAll(async () => {
  server?.close()
  await camera?.stop()
  await rm(folder, { recursive: true, force: true })
})

const fromFile = () => `--use-file-for-fake-video-capture=${join(folder, 'camera.y4m')}`

/** @returns the page, and every address that it asked for */
async function open(hash: string, extra: readonly string[] = [fromFile()]) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      ...(extra.some((one) => one.includes('device-count')) ? [] : ['--use-fake-device-for-media-stream']),
      '--use-fake-ui-for-media-stream',
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--no-first-run', '--disable-quic'],
      ...extra,
    ],
  })
  browsers.push(browser)
  const page = await browser.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${address}#${hash}`)
  return { page, asked }
}

const seen = async (page: Page) => z.array(z.string()).parse(await page.evaluate('window.seen'))
// The page's policy forbids what `waitForFunction` does.
const waitForCode = (page: Page, text: string) =>
  expect.poll(() => seen(page), { timeout: 20_000 }).toContain(text)
const stateOf = (page: Page, state: string) =>
  page.locator(`[data-camera="${state}"]`).waitFor({ timeout: 20_000 })

/** As if the cable came loose: the track ends, and no camera is there until it is back. */
const unplug = `
  const media = navigator.mediaDevices
  window.real ??= { get: media.getUserMedia.bind(media), list: media.enumerateDevices.bind(media) }
  media.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError'))
  media.enumerateDevices = () => Promise.resolve([])
  for (const track of document.querySelector('video').srcObject.getTracks()) { track.stop(); track.dispatchEvent(new Event('ended')) }`
const plugIn = `
  navigator.mediaDevices.getUserMedia = window.real.get
  navigator.mediaDevices.enumerateDevices = window.real.list
  navigator.mediaDevices.dispatchEvent(new Event('devicechange'))`

describe('the scanning screen', () => {
  test('reads a code, tells a lost camera, goes on by itself, and says that it is dark', async () => {
    await camera.post('/show', { show: 'qr', text: 'btkiosk:first' })
    const { page, asked } = await open('scan')
    await waitForCode(page, 'btkiosk:first')
    await page.evaluate(unplug)
    await stateOf(page, 'out')
    expect(await page.getByRole('alert').innerText()).toMatch(/unplugged.*kept/s)
    await camera.post('/show', { show: 'qr', text: 'btkiosk:second' })
    await page.evaluate(plugIn)
    await waitForCode(page, 'btkiosk:second')
    expect(await page.getByRole('alert').count()).toBe(0)
    await camera.post('/show', { show: 'face', light: 0.05 })
    await page.locator('[data-hint="dark"]').waitFor({ timeout: 20_000 })
    expect(await page.getByRole('status').innerText()).toMatch(/too dark/)
    await camera.post('/show', { show: 'blank' })
    await page.locator('[data-hint="none"]').waitFor({ timeout: 20_000 })
    expect(await seen(page)).toEqual(['btkiosk:first', 'btkiosk:second'])
    // The program that reads codes came from here, like everything else.
    expect(asked.filter((url) => url.includes('zxing_reader') && url.endsWith('.wasm'))).not.toEqual([])
    expect(asked.filter((url) => !url.startsWith(address) && !url.startsWith('ws://127.0.0.1'))).toEqual([])
  })

  test.each([
    ['forbidden', [], false],
    // Without a compiler there is none.
    ['missing', ['--js-flags=--jitless'], true],
  ] as const)(
    'reads a code with the other engine where WebAssembly is %s',
    async (_where, switches, allowed) => {
      wasmAllowed = allowed
      await camera.post('/show', { show: 'qr', text: 'btkiosk:without' })
      const { page, asked } = await open('scan', [fromFile(), ...switches])
      await waitForCode(page, 'btkiosk:without')
      expect(asked.some((url) => url.includes('read-with-script'))).toBe(true)
    },
  )
})

describe('the portrait screen', () => {
  test('says what to change, takes what the host keeps, and tells a lost and a silent camera', async () => {
    await camera.post('/show', { show: 'blank' })
    const { page } = await open('portrait')
    const hint = (name: string) => page.locator(`[data-hint="${name}"]`).waitFor({ timeout: 20_000 })
    await hint('portrait.no-face')
    for (const [scene, name] of [
      [{ people: 2, scale: 0.6 }, 'portrait.several-faces'],
      [{ scale: 0.5 }, 'portrait.too-far'],
      [{ light: 0.15 }, 'portrait.too-dark'],
      [{ blur: 7 }, 'portrait.blurred'],
      [{}, 'good'],
    ] as const) {
      await camera.post('/show', { show: 'face', ...scene })
      await hint(name)
    }
    await page.getByRole('button').click()
    const jpeg = z.array(z.number()).parse(
      await page.evaluate(`new Promise((resolve) => setTimeout(async () =>
        resolve([...new Uint8Array(await window.seen[0].arrayBuffer())]), 300))`),
    )
    const judge = await openPortraitJudge()
    expect((await judge(Uint8Array.from(jpeg), undefined)).isOk()).toBe(true)
    await page.evaluate(unplug)
    await stateOf(page, 'out')
    expect(await page.getByRole('button').isDisabled()).toBe(true)
    await page.evaluate(plugIn)
    await page.locator('[data-hint="good"]').waitFor({ timeout: 20_000 })
    await page.evaluate(`{
      const [track] = document.querySelector('video').srcObject.getTracks()
      Object.defineProperty(track, 'muted', { value: true })
      track.dispatchEvent(new Event('mute'))
    }`)
    await stateOf(page, 'out')
    expect(await page.getByRole('alert').innerText()).toMatch(/no picture/)
    await stateOf(page, 'live')
  })
})

test('the chosen camera serves, another one while it is gone, and it again when it is back', async () => {
  const { page } = await open('session', ['--use-fake-device-for-media-stream=device-count=2'])
  const states = z.array(z.array(z.string())).parse(
    await page.evaluate(`(async () => {
      const media = navigator.mediaDevices
      for (const track of (await media.getUserMedia({ video: true })).getTracks()) track.stop()
      const all = (await media.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
      const second = all[1]
      const told = []
      const until = async (enough) => { while (!enough()) await new Promise((r) => setTimeout(r, 20)) }
      const run = (chosen) => window.openSession({ media, chosen: async () => chosen, onState: (state) => {
        if (state.state === 'opening') return
        const id = state.stream?.getVideoTracks()[0].getSettings().deviceId
        told.push([state.state, id === second.deviceId ? 'second' : 'first', state.instead ?? ''])
      } })
      const kept = { deviceId: second.deviceId, label: second.label }
      // By its id; by its name alone, after the browser's data was wiped; and not at all.
      for (const chosen of [kept, { ...kept, deviceId: 'from-before' }]) {
        const end = run(chosen)
        const before = told.length
        await until(() => told.length > before)
        end()
      }
      const list = media.enumerateDevices.bind(media)
      media.enumerateDevices = async () => (await list()).filter(({ deviceId }) => deviceId !== second.deviceId)
      const end = run(kept)
      await until(() => told.length === 3)
      media.enumerateDevices = list
      media.dispatchEvent(new Event('devicechange'))
      await until(() => told.length === 4)
      end()
      return told
    })()`),
  )
  expect(states).toEqual([
    ['live', 'second', ''],
    ['live', 'second', ''],
    ['live', 'first', expect.stringMatching(/./)],
    ['live', 'second', ''],
  ])
})
