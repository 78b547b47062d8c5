/** What every screen is made of can be used by everybody: in each language, at both densities, at twice the size. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, test, type Browser, type Page } from '@playwright/test'
import { build } from 'vite'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { expectAccessible } from './world.ts'

const kinds: Record<string, string> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  woff2: 'font/woff2',
  woff: 'font/woff',
}
const folder = mkdtempSync(join(tmpdir(), 'gallery-'))
let browser: Browser
let page: Page

test.beforeAll(async () => {
  await build({ configFile: 'vite.gallery.config.ts', logLevel: 'error', build: { outDir: folder } })
  browser = await chromium.launch({
    executablePath: findChromium() ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } })
  page = await context.newPage()
  await page.route('http://gallery/**', (route) => {
    const path = new URL(route.request().url()).pathname
    const file = path === '/' ? 'index.html' : path.slice(1)
    return route.fulfill({
      body: readFileSync(join(folder, file)),
      contentType: kinds[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    })
  })
  await page.goto('http://gallery/')
})
test.afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

for (const language of ['English', 'རྫོང་ཁ', 'नेपाली'])
  for (const density of ['the desk', 'the citizen’s hand'])
    test(`in ${language}, for ${density}`, async () => {
      await page.getByRole('radio', { name: language }).check()
      await page.getByRole('radio', { name: density }).check()
      await expectAccessible(page)
      await page.getByRole('checkbox', { name: 'text at 200 %' }).check()
      // Nothing is wider than the glass: it may be scrolled down, never sideways.
      expect(
        await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
      ).toBeLessThanOrEqual(0)
      await page.getByRole('checkbox', { name: 'text at 200 %' }).uncheck()
    })

test('where the focus is can be seen on every button', async () => {
  await page.getByRole('radio', { name: 'English' }).check()
  await page.getByRole('radio', { name: 'the desk' }).check()
  await page.getByRole('radio', { name: 'the desk' }).focus()
  for (let presses = 0; presses < 25; presses += 1) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).toBe('solid')
  }
})
