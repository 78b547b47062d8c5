/** Ways to press something on a screen: with a finger, with a keyboard alone, with two switches alone. */
import { expect, type Locator, type Page } from '@playwright/test'

/** Presses what has that name. */
export type Hands = (page: Page, name: string) => Promise<void>

const named = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first()

/** More than any screen has. */
const mostSteps = 90

export const byKeyboard: Hands = async (page, name) => {
  const wanted = named(page, name)
  await expect(wanted).toBeVisible()
  for (let step = 0; step < mostSteps; step += 1) {
    if ((await wanted.and(page.locator(':focus')).count()) > 0) return page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to "${name}"`)
}

/** The first switch goes on, the second goes into a row or presses. */
export async function switchTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible()
  // The row that it is in, or the way out of another row.
  const around = page
    .locator('[data-switch="group"]')
    .filter({ has: wanted })
    .or(page.locator('[data-switch="out"]'))
  for (let step = 0; step < mostSteps; step += 1) {
    const isHere = (await wanted.getAttribute('data-switch')) === 'here'
    const goesIn = isHere || (await around.count()) > 0
    await page.keyboard.press(goesIn ? 'F9' : 'F8')
    if (isHere) return
  }
  throw new Error(`The mark never comes to ${String(wanted)}`)
}

export const bySwitches: Hands = (page, name) => switchTo(page, named(page, name))
