/** Every screen of the self-service door in every language, and that nothing of a visit is left when it ends. */
import { existsSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { citizenTour, speak } from '../screens/citizen-tour.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
test.beforeAll(async () => {
  world = await openWorld()
})
test.afterAll(async () => {
  await world.end()
})

/** Everything a hand may touch that is too small for it, with its width and height in CSS pixels. */
const tooSmall = (page: Page) =>
  page.evaluate<string[]>(`
    [...document.querySelectorAll('.kiosk button, .kiosk summary, .kiosk input')]
      .map((one) => ({ what: one.textContent.trim(), box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && (box.height < 63.5 || box.width < 63.5))
      .map(({ what, box }) => what + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))`)
const sideways = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
const textAt = (page: Page, size: string) =>
  page.evaluate(`document.documentElement.style.fontSize = '${size}'`)

test('every screen: axe finds nothing in any language, no target is small, and text may be twice as large', async () => {
  test.setTimeout(300_000)
  const { page } = world
  const seen: string[] = []
  await citizenTour(world, async (screen) => {
    seen.push(screen)
    for (const language of ['རྫོང་ཁ', 'नेपाली', 'English'] as const) {
      if (screen !== 'citizen-welcome') await speak(page, language)
      await expectAccessible(page)
      expect(await tooSmall(page), `${screen}, ${language}`).toEqual([])
      expect(await sideways(page), `${screen}, ${language}`).toBeLessThanOrEqual(0)
      if (screen === 'citizen-welcome') break
    }
    await textAt(page, '200%')
    expect(await sideways(page), `${screen} at 200 %`).toBeLessThanOrEqual(0)
    await textAt(page, '')
  })
  expect(seen).toContain('citizen-revealed')
})

/** Whatever a page can keep, as one text. */
const keptByPage = (page: Page) =>
  page.evaluate<string>(`(async () => {
    const databases = await indexedDB.databases()
    const stores = await caches.keys()
    return JSON.stringify({
      dom: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll('input, textarea, select')].map((one) => one.value),
      session: { ...sessionStorage },
      local: { ...localStorage },
      cookies: document.cookie,
      databases: databases.map(({ name }) => name),
      stores,
      history: JSON.stringify(history.state),
      address: location.href,
    })
  })()`)

test('a visit that nobody goes on with is asked for, then wiped: language, typed number, card and page', async () => {
  const page = await world.context.newPage()
  await page.clock.install()
  await page.goto(world.ready.kiosk)
  await world.simulate('card', 'remove', {})
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: 'See how my request is going' }).click()
  await page.getByRole('button', { name: 'I agree, go on' }).click()
  await page.getByRole('button', { name: 'Type the slip number' }).click()
  for (const key of ['K', '7', 'W']) await page.locator(`[data-key="${key}"]`).click()
  await expect(page.getByRole('textbox')).toHaveValue('K7W')
  // Back and forth again, in another language: what was entered is still there.
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('button', { name: 'Back' }).click()
  await onScreen(page, 'citizen-consent')
  await page.getByRole('button', { name: 'I agree, go on' }).click()
  await speak(page, 'नेपाली')
  await page.getByRole('button', { name: 'पर्ची नम्बर टाइप गर्नुहोस्' }).click()
  await expect(page.getByRole('textbox')).toHaveValue('K7W')
  await speak(page, 'English')
  await page.getByRole('button', { name: 'Stop and clear' }).click()
  await onScreen(page, 'citizen-welcome')
  expect(await keptByPage(page)).not.toContain('K7W')

  await world.simulate('card', 'insert', { card: 'genuine' })
  await page.getByRole('button', { name: 'नेपाली' }).click()
  await page.getByRole('button', { name: 'मेरो कार्डमा के छ देखाउनुहोस्' }).click()
  await page.getByRole('button', { name: 'म सहमत छु, जारी राख्नुहोस्' }).click()
  await onScreen(page, 'citizen-card')
  const kept = await keptByPage(page)
  const secrets = (await page.locator('dd').allTextContents()).filter((text) => text.length > 7)
  expect(secrets.length).toBeGreaterThan(3)
  for (const secret of secrets) expect(kept).toContain(secret)

  await page.clock.fastForward(61_000)
  await expect(page.getByRole('dialog')).toBeVisible()
  await expect(page.getByRole('timer')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'हो, म यहीँ छु' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await onScreen(page, 'citizen-card')
  await page.clock.fastForward(61_000)
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.clock.fastForward(21_000)
  await onScreen(page, 'citizen-welcome')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')

  const left = await keptByPage(page)
  for (const secret of secrets) expect(left).not.toContain(secret)
  expect(left).not.toContain('data:image')
  expect(left).toContain('"databases":[]')
  expect(left).toContain('"stores":[]')
  expect(left).toContain('"session":{},"local":{},"cookies":""')
  await page.goBack()
  await expect(page.locator('[data-screen="citizen-card"]')).toHaveCount(0)
  await page.close()
})
