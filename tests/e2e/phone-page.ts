/** A hand on the phone's page: it reads codes by pasting them, and gives the text of the code that it shows. */
import { expect, type Browser, type Locator, type Page } from '@playwright/test'

export interface PhonePage {
  page: Page
  /** Holds the phone up to codes, the frames of an animated one in the order in which they are seen. */
  read(...codes: string[]): Promise<void>
  /** Presses the button that goes on: the big one of the screen. */
  goOn(): Promise<void>
  /** Waits for the code that the phone shows. @returns its text */
  shown(what: 'holder' | 'receipt' | 'answer'): Promise<string>
  on(screen: string): Promise<void>
  /** Back to the cards. */
  home(): Promise<void>
  cards(): Locator
  close(): Promise<void>
}

/** @param url of the phone's page; each call is a phone of its own */
export async function openPhonePage(
  browser: Browser,
  url: string,
  viewport = { width: 390, height: 844 },
): Promise<PhonePage> {
  const context = await browser.newContext({ viewport, permissions: ['camera'] })
  const page = await context.newPage()
  await page.goto(url)
  const on = (screen: string) => expect(page.locator(`[data-screen="phone-${screen}"]`)).toBeVisible()
  await on('home')
  const big = () => page.locator('button.big')

  async function home(): Promise<void> {
    if (await page.locator('[data-screen="phone-home"]').isVisible()) return
    if (await page.locator('button.back').isVisible()) await page.locator('button.back').click()
    else await page.locator('.actions button').last().click()
    await on('home')
  }
  return {
    page,
    on,
    home,
    goOn: () => big().click(),
    async read(...codes) {
      if (!(await page.locator('[data-screen="phone-scan"]').isVisible())) {
        await home()
        await big().click()
      }
      await on('scan')
      const field = page.getByTestId('paste-code')
      if (!(await field.isVisible())) await page.locator('summary').click()
      await field.fill(codes.join('\n'))
      await page.locator('form button').click()
    },
    async shown(what) {
      await on(`show-${what}`)
      return (await page.getByTestId('shown-code').textContent()) ?? ''
    },
    cards: () => page.getByTestId('id-card'),
    close: () => context.close(),
  }
}
