/**
 * The page itself: what the first screen loads, how soon a slow machine can use it, whether anything ever stands still, and
 * whether 200 citizens leave a trace. The blank page of `startup` and the whole of the screens are the baselines.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { canary, leftOf, memoryOf, visitAndStop } from './citizen-visits.ts'
import { figure, median, type Bench, type Figure } from './figures.ts'
import { rendererBytes } from './renderer-bytes.ts'
import { startHost } from './started-host.ts'

const program = fileURLToPath(new URL('../../dist/main/shell/browser/main.js', import.meta.url))
const blank = fileURLToPath(new URL('./blank-host.ts', import.meta.url))
const screens = fileURLToPath(new URL('../../dist/renderer/', import.meta.url))
const runs = 5
const citizens = 200
/** after so many the page has everything that it will ever load */
const warm = 20
const slower = 4

/** @param known cookies of a window that has entered: the link of a start opens one window */
const open = async (browser: Browser, url: string, throttled: number, known?: Known) => {
  const context = await browser.newContext({
    viewport: { width: 1080, height: 1920 },
    permissions: ['camera'],
    ...(known && { storageState: known }),
  })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  if (throttled > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttled })
  const loaded: string[] = []
  page.on('response', (response) => loaded.push(new URL(response.url()).pathname))
  const began = performance.now()
  await page.goto(url, { waitUntil: 'commit' })
  await page.locator('[data-screen] button').first().click({ trial: true, timeout: 30_000 })
  return { context, page, cdp, loaded, usableMs: performance.now() - began }
}

type Known = Awaited<ReturnType<BrowserContext['storageState']>>

/** Of the files that the page asked for, fonts apart, as they would travel compressed. */
function gzipOf(loaded: readonly string[]): number {
  const files = new Set(
    loaded
      .map((path) => (path === '/' ? '/index.html' : path))
      .filter((path) => /\.(js|css|html)$/.test(path)),
  )
  return [...files].reduce((sum, path) => sum + gzipSync(readFileSync(join(screens, path))).length, 0) / 1_000
}

/** The longest that the page could not answer, over one whole visit. */
async function longestStandstill(page: Page): Promise<number> {
  await page.evaluate(`
    globalThis.longest = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration)
    }).observe({ entryTypes: ['longtask'] })`)
  await visitAndStop(page)
  await page.waitForTimeout(300)
  return Number(await page.evaluate('globalThis.longest'))
}

export const ui: Bench = async (say) => {
  if (!existsSync(program) || !existsSync(screens))
    throw new Error('There is no built state: run `npm run build`.')
  const data = mkdtempSync(join(tmpdir(), 'kiosk-bench-'))
  const executablePath = findChromium()
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  })
  const host = await startHost(program, ['--data', join(data, 'kiosk'), '--port', '0'], performance.now())
  const nothing = await startHost(blank, [], performance.now())
  try {
    const figures: Figure[] = []
    const ours: number[] = []
    const theirs: number[] = []
    let bytes = 0
    const entered = await open(browser, host.url, 1)
    const known = await entered.context.storageState()
    await entered.context.close()
    const kiosk = new URL('/', host.url).href
    for (let run = 1; run <= runs; run += 1) {
      const first = await open(browser, kiosk, slower, known)
      bytes = gzipOf(first.loaded)
      ours.push(first.usableMs)
      await first.context.close()
      const other = await open(browser, nothing.url, slower)
      theirs.push(other.usableMs)
      await other.context.close()
      say(
        `${run} of ${runs}: usable after ${Math.round(ours.at(-1) ?? 0)} ms, a blank page after ${Math.round(theirs.at(-1) ?? 0)} ms`,
      )
    }
    const whole = rendererBytes(screens).codeGzip / 1_000
    figures.push(
      figure({
        name: 'first screen, gzip, fonts apart',
        unit: 'kB',
        goal: 250,
        value: bytes,
        baseline: whole,
      }),
      figure({
        name: `first screen usable, CPU ${slower} times slower`,
        unit: 'ms',
        goal: 1_000,
        value: median(ours),
        baseline: median(theirs),
      }),
    )

    const visit = await open(browser, kiosk, 1, known)
    await visitAndStop(visit.page)
    figures.push(
      figure({
        name: 'longest standstill in a visit',
        unit: 'ms',
        goal: 100,
        value: await longestStandstill(visit.page),
      }),
    )
    await visit.context.close()
    const slow = await open(browser, kiosk, slower, known)
    await visitAndStop(slow.page)
    figures.push(
      figure({
        name: `the same, CPU ${slower} times slower`,
        unit: 'ms',
        value: await longestStandstill(slow.page),
      }),
    )
    await slow.context.close()

    const { page, cdp, context } = await open(browser, kiosk, 1, known)
    for (let citizen = 1; citizen <= warm; citizen += 1) await visitAndStop(page)
    const before = await memoryOf(cdp)
    for (let citizen = warm + 1; citizen <= citizens; citizen += 1) {
      await visitAndStop(page)
      if (citizen % 40 === 0)
        say(`${citizen} of ${citizens} citizens: ${JSON.stringify(await memoryOf(cdp))}`)
    }
    const after = await memoryOf(cdp)
    figures.push(
      figure({
        name: `heap after ${citizens} citizens`,
        unit: 'MB',
        goal: Math.ceil(before.heapMb * 1.1 + 0.5),
        value: after.heapMb,
        baseline: before.heapMb,
      }),
      figure({
        name: `nodes after ${citizens} citizens`,
        unit: '',
        goal: Math.ceil(before.nodes * 1.1),
        value: after.nodes,
        baseline: before.nodes,
      }),
      figure({
        name: `listeners after ${citizens} citizens`,
        unit: '',
        goal: Math.ceil(before.listeners * 1.1),
        value: after.listeners,
        baseline: before.listeners,
      }),
      figure({
        name: 'places that hold what a citizen typed',
        unit: '',
        goal: 0,
        value: await leftOf(page, cdp, canary),
      }),
    )
    await context.close()
    return figures
  } finally {
    await browser.close()
    await Promise.all([host.end(), nothing.end()])
    rmSync(data, { recursive: true, force: true, maxRetries: 3 })
  }
}
