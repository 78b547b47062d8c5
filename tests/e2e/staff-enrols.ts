/** The officer's half through the real screens. */
import { expect, type Page } from '@playwright/test'
import { expectAccessible, onScreen, type World } from './world.ts'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Called on each screen as it stands there; the pictures for the documentation are made of it. */
export type Look = (screen: string) => Promise<void>

export async function signInAs(world: World, role: string, look: Look): Promise<void> {
  const { page } = world
  const person = world.ready.signIns.find((one) => one.role === role)
  if (!person) throw new Error(`The demonstration has no ${role}`)
  await page.evaluate("location.hash = '#/staff'")
  await onScreen(page, 'staff-sign-in')
  await look('staff-sign-in')
  await page.getByLabel('Your name').selectOption(person.name)
  await page.getByLabel('Your PIN').fill(person.pin)
  await press(page, 'Sign in')
}

/** From Today to the slip. @returns what was typed or read, for the search through the disk */
export async function enrolThroughScreens(
  world: World,
  look: Look,
  /** what else is done where all fingers are scanned */
  onFingersDone: () => Promise<void> = () => Promise.resolve(),
): Promise<{ fields: Record<string, string> }> {
  const { page } = world
  await onScreen(page, 'staff-today')
  await look('staff-today')
  await press(page, 'Enrol a citizen')
  await onScreen(page, 'staff-enrol-card')
  await look('staff-enrol-card')
  await world.simulate('card', 'insert', { card: 'genuine' })
  await expect(page.getByText('The card is genuine')).toBeVisible()
  await look('staff-enrol-card-read')
  await press(page, 'Go on to the details')
  await onScreen(page, 'staff-enrol-form')
  const inputs = page.locator('[id^="field-"]')
  await expect(page.locator('#field-cid')).not.toHaveValue('')
  await look('staff-enrol-form')
  const fields: Record<string, string> = {}
  for (const input of await inputs.all()) {
    const id = await input.getAttribute('id')
    if (id) fields[id.slice('field-'.length)] = await input.inputValue()
  }
  await press(page, 'Go on to the portrait')
  await onScreen(page, 'staff-enrol-portrait')
  await world.simulate('camera', 'show', { show: 'face' })
  await page.waitForTimeout(700)
  await look('staff-enrol-portrait')
  await page.getByRole('button', { name: 'Take the picture' }).click()
  await page.getByRole('button', { name: 'Go on to the fingerprints' }).click()
  await onScreen(page, 'staff-enrol-fingers')
  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  await look('staff-enrol-fingers')
  // One press: the other hands follow by themselves.
  await press(page, 'Scan these fingers')
  await expect(page.locator('[data-done="true"]')).toHaveCount(3, { timeout: 40_000 })
  await onFingersDone()
  await press(page, 'Go on to the review')
  await onScreen(page, 'staff-enrol-consent')
  await look('staff-enrol-consent')
  await press(page, 'I agree, everything is right')
  await onScreen(page, 'staff-enrol-sign')
  await look('staff-enrol-sign')
  await press(page, 'Sign and save')
  await onScreen(page, 'staff-slip')
  await look('staff-slip')
  return { fields }
}

/** A look that only checks that everybody can use the screen. */
export const accessible =
  (world: World): Look =>
  () =>
    expectAccessible(world.page)
