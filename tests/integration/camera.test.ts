/** The virtual camera before a real Chromium: what is held up is what a page sees and decodes. */
import { createServer, type Server } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'jpeg-js'
import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startSimulator, type Simulator } from './simulator-process.ts'

const require = createRequire(import.meta.url)

const html = `<!doctype html><video id="video" autoplay muted></video>
<script type="module">
  import { prepareZXingModule, readBarcodes } from './zxing.js'
  prepareZXingModule({ overrides: { locateFile: () => '/zxing.wasm' } })
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } })
  const video = document.getElementById('video')
  video.srcObject = stream
  await video.play()
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  const look = () => (pen.drawImage(video, 0, 0), pen.getImageData(0, 0, canvas.width, canvas.height))
  window.size = [video.videoWidth, video.videoHeight]
  window.readCode = async () => {
    const [code] = await readBarcodes(look(), { formats: ['QRCode'], tryHarder: true })
    return code ? { text: code.text, hex: Array.from(code.bytes, (b) => b.toString(16).padStart(2, '0')).join('') } : null
  }
  window.pixel = (x, y) => Array.from(look().data.subarray((y * canvas.width + x) * 4, (y * canvas.width + x) * 4 + 3))
  window.spread = () => { const { data } = look(); let sum = 0, squares = 0, n = 0
    for (let i = 0; i < data.length; i += 404) { sum += data[i]; squares += data[i] ** 2; n += 1 }
    return Math.sqrt(squares / n - (sum / n) ** 2) }
  window.ready = true
</script>`

const files: Record<string, [type: string, path: string]> = {
  '/zxing.js': [
    'text/javascript',
    require.resolve('zxing-wasm/reader').replace(/cjs(.)reader.*$/, 'es$1reader$1index.js'),
  ],
  '/zxing.wasm': ['application/wasm', require.resolve('zxing-wasm/reader/zxing_reader.wasm')],
}

const zCode = z.object({ text: z.string(), hex: z.string() }).nullable()

let folder: string
let camera: Simulator
let server: Server
let browser: Browser
let page: Page

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kiosk-camera-'))
  camera = await startSimulator('camera', ['--file', join(folder, 'camera.y4m')])
  server = createServer((request, response) => {
    const path = request.url ?? '/'
    const file = files[path] ?? (path.endsWith('.js') ? beside(path) : undefined)
    if (!file) return void response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    void readFile(file[1]).then(
      (bytes) => response.writeHead(200, { 'content-type': file[0] }).end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${join(folder, 'camera.y4m')}`,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  })
  page = await browser.newPage()
  const address = server.address()
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
  await page.waitForFunction('window.ready === true')
})

afterAll(async () => {
  await browser?.close()
  server?.close()
  await camera?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** The library's own pieces lie beside its entry. */
function beside(path: string): [string, string] {
  return [
    'text/javascript',
    join(require.resolve('zxing-wasm/reader').replace(/cjs(.)reader.*$/, 'es'), path),
  ]
}

/** Reads codes from the live picture until one satisfies, as the kiosk's scanner does. */
async function codeInPicture(wanted: (code: { text: string; hex: string }) => boolean) {
  for (let tries = 0; tries < 40; tries += 1) {
    const code = zCode.parse(await page.evaluate('window.readCode()'))
    if (code && wanted(code)) return code
    await page.waitForTimeout(50)
  }
  return undefined
}

describe('the virtual camera in Chromium', () => {
  it('shows another code in the same session after it was told to', async () => {
    await camera.post('/show', { show: 'qr', text: 'openid-credential-offer://first' })
    expect(await codeInPicture(({ text }) => text.endsWith('first'))).toBeDefined()
    await camera.post('/show', { show: 'qr', text: 'openid-credential-offer://second' })
    expect(await codeInPicture(({ text }) => text.endsWith('second'))).toBeDefined()
    expect(await page.evaluate('window.size')).toEqual([1280, 720])
  })

  it('shows 2 kB of text so that it can be read', async () => {
    const text = Array.from(
      { length: 2_048 },
      (_, i) => 'abcdefghijklmnopqrstuvwxyz0123456789-_.'[(i * 7) % 39],
    ).join('')
    await camera.post('/show', { show: 'qr', text })
    expect(await codeInPicture((code) => code.text === text)).toBeDefined()
  })

  it('shows raw bytes unchanged, and a code that is held crooked and far away', async () => {
    const bytes = Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 151) & 0xff))
    await camera.post('/show', { show: 'qr', base64: bytes.toString('base64') })
    expect(await codeInPicture(({ hex }) => hex === bytes.toString('hex'))).toBeDefined()
    await camera.post('/show', { show: 'qr', text: 'crooked', rotate: 20, scale: 0.6 })
    expect(await codeInPicture(({ text }) => text === 'crooked')).toBeDefined()
  })

  it('shows the largest code there is, of 2953 bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 2_953 }, (_, i) => (i * 211 + (i >> 5)) & 0xff))
    await camera.post('/show', { show: 'qr', base64: bytes.toString('base64') })
    expect(await codeInPicture(({ hex }) => hex === bytes.toString('hex'))).toBeDefined()
  })

  it('shows a face, then nothing, then noise, and no code in any of them', async () => {
    await camera.post('/show', { show: 'face' })
    await page.waitForTimeout(300)
    const forehead = z.array(z.number()).parse(await page.evaluate('window.pixel(640, 235)'))
    const [red = 0, , blue = 0] = forehead
    expect(red - blue, `skin at ${forehead.join()}`).toBeGreaterThan(40)
    expect(zCode.parse(await page.evaluate('window.readCode()'))).toBeNull()
    await camera.post('/show', { show: 'blank' })
    await page.waitForTimeout(300)
    expect(await page.evaluate('window.spread()')).toBeLessThan(6)
    await camera.post('/show', { show: 'noise' })
    await page.waitForTimeout(300)
    expect(await page.evaluate('window.spread()')).toBeGreaterThan(30)
    expect(zCode.parse(await page.evaluate('window.readCode()'))).toBeNull()
  })

  it('is alive: two frames of the same scene differ', async () => {
    await camera.post('/show', { show: 'face' })
    await page.waitForTimeout(300)
    const seen = new Set<string>()
    for (let i = 0; i < 8; i += 1) {
      seen.add(JSON.stringify(await page.evaluate('[window.pixel(640, 300), window.pixel(500, 200)]')))
      await page.waitForTimeout(80)
    }
    expect(seen.size).toBeGreaterThan(1)
  })
})

describe('the control port', () => {
  it('gives what is before the camera as a picture', async () => {
    await camera.post('/show', { show: 'face' })
    const response = await fetch(`${camera.url}/frame.jpg`)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    const picture = decode(new Uint8Array(await response.arrayBuffer()), { maxMemoryUsageInMB: 64 })
    expect([picture.width, picture.height]).toEqual([1280, 720])
    expect(await (await fetch(`${camera.url}/state`)).json()).toEqual({ show: 'face' })
  })

  it('refuses what it does not know, and what no code can hold, and keeps its scene', async () => {
    await camera.post('/show', { show: 'blank' })
    for (const body of [
      { show: 'cat' },
      { show: 'qr' },
      { show: 'qr', text: 'x'.repeat(3_000) },
      'nonsense',
    ]) {
      expect((await camera.call('/show', body)).status).toBe(400)
    }
    expect(await (await fetch(`${camera.url}/state`)).json()).toEqual({ show: 'blank' })
  })
})
