/** The demonstration and a Chromium that looks through its virtual camera. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium, expect, type BrowserContext, type Page } from '@playwright/test'
import { findChromium } from '../../main/shell/launcher/browser-window.ts'
import { runDemonstration, type RunningDemonstration } from '../journey/running-demonstration.ts'

export interface World extends RunningDemonstration {
  data: string
  page: Page
  context: BrowserContext
  /** ends the browser and every process, and removes the data */
  end(): Promise<void>
}

export async function openWorld(viewport = { width: 1366, height: 768 }): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'kiosk-e2e-'))
  const demonstration = await runDemonstration(data)
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${demonstration.ready.cameraFile}`,
    ],
  })
  const context = await browser.newContext({ viewport, permissions: ['camera'] })
  const page = await context.newPage()
  await page.goto(demonstration.ready.kiosk)
  return {
    ...demonstration,
    data,
    page,
    context,
    async end() {
      await browser.close()
      await demonstration.close()
      rmSync(data, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Waits for a screen by its name. */
export async function onScreen(page: Page, name: string): Promise<void> {
  await expect(page.locator(`[data-screen="${name}"]`)).toBeVisible()
}

/** axe finds nothing on what is shown now. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
}
