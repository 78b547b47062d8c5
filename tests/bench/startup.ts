/**
 * From the built state to the first screen that a person can use: the host's process is started, then Chromium, as the
 * launcher does it, until a button of the first screen can be pressed. The same with a blank host is the baseline.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { figure, median, type Bench } from './figures.ts'
import { rendererBytes } from './renderer-bytes.ts'
import { startHost } from './started-host.ts'

const program = fileURLToPath(new URL('../../dist/main/shell/browser/main.js', import.meta.url))
const blank = fileURLToPath(new URL('./blank-host.ts', import.meta.url))
const screens = fileURLToPath(new URL('../../dist/renderer/', import.meta.url))
const runs = 5

interface Run {
  readyMs: number
  usableMs: number
  memoryMb: number
  /** what the page loaded until then */
  loadedBytes: number
}

async function measure(file: string, args: readonly string[]): Promise<Run> {
  const startedAt = performance.now()
  const host = await startHost(file, args, startedAt)
  const executablePath = findChromium()
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
    let loadedBytes = 0
    page.on('response', (response) => (loadedBytes += Number(response.headers()['content-length'] ?? 0)))
    await page.goto(host.url, { waitUntil: 'commit' })
    // A trial click waits until the button is there, visible, at rest and enabled.
    await page.locator('[data-screen] button').first().click({ trial: true, timeout: 30_000 })
    const usableMs = performance.now() - startedAt
    await page.waitForTimeout(1_000)
    return { readyMs: host.readyMs, usableMs, memoryMb: host.memoryMb(), loadedBytes }
  } finally {
    await browser.close()
    await host.end()
  }
}

export const startup: Bench = async (say) => {
  if (!existsSync(program) || !existsSync(screens))
    throw new Error('There is no built state: run `npm run build`.')
  const data = mkdtempSync(join(tmpdir(), 'kiosk-bench-'))
  const args = ['--data', join(data, 'kiosk'), '--port', '0']
  try {
    say('The very first start, on an empty data folder …')
    const first = await measure(program, args)
    const ours: Run[] = []
    const theirs: Run[] = []
    // Turn and turn about, so that a machine that grows slower or faster does so for both.
    for (let run = 1; run <= runs; run += 1) {
      ours.push(await measure(program, args))
      theirs.push(await measure(blank, []))
      say(
        `${run} of ${runs}: usable after ${Math.round(ours.at(-1)?.usableMs ?? 0)} ms, blank after ${Math.round(theirs.at(-1)?.usableMs ?? 0)} ms`,
      )
    }
    const middle = (list: readonly Run[], of: (run: Run) => number) => median(list.map(of))
    const both = (of: (run: Run) => number) => ({ value: middle(ours, of), baseline: middle(theirs, of) })
    const bytes = rendererBytes(screens)
    return [
      figure({ name: 'first screen usable', unit: 'ms', goal: 3_000, ...both((run) => run.usableMs) }),
      figure({
        name: 'first screen usable, very first start',
        unit: 'ms',
        goal: 5_000,
        value: first.usableMs,
      }),
      figure({ name: 'host ready', unit: 'ms', ...both((run) => run.readyMs) }),
      figure({ name: 'host memory', unit: 'MB', goal: 200, ...both((run) => run.memoryMb) }),
      figure({
        name: 'screens without fonts and WebAssembly',
        unit: 'kB',
        goal: 3_000,
        value: bytes.code / 1000,
      }),
      figure({ name: 'the same, gzip', unit: 'kB', goal: 1_000, value: bytes.codeGzip / 1000 }),
      figure({ name: 'fonts and WebAssembly', unit: 'kB', value: bytes.given / 1000 }),
      figure({
        name: 'loaded until usable',
        unit: 'kB',
        value: middle(ours, (run) => run.loadedBytes) / 1000,
      }),
    ]
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 5 })
  }
}
