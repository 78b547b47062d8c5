/** The desk and the workshop, screen by screen, with something to be done on each as it stands there. */
import { expect, type Page } from '@playwright/test'
import { enrolThroughScreens, signInAs, type Look } from '../e2e/staff-enrols.ts'
import { onScreen, type World } from '../e2e/world.ts'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** One citizen is enrolled while the link is away, so that the pictures show a queue; then it comes back. */
export async function staffTour(world: World, look: Look): Promise<void> {
  const { page } = world
  await signInAs(world, 'officer', look)
  await world.simulate('link', 'mode', { mode: 'down' })
  await enrolThroughScreens(world, look)
  await press(page, 'Today')
  await onScreen(page, 'staff-today')
  await look('staff-today-waiting')
  await world.simulate('link', 'mode', { mode: 'up' })
  await expect(page.getByText('Nothing waits to be sent')).toBeVisible()
  await press(page, 'Requests')
  await onScreen(page, 'staff-requests')
  await page.locator('[data-screen="staff-requests"] li button').first().click()
  await expect(page.locator('[data-screen="staff-requests"] ol li').first()).toBeVisible()
  await look('staff-requests')
  await press(page, 'Sign out')

  await signInAs(world, 'technician', () => Promise.resolve())
  await onScreen(page, 'technician')
  await expect(page.locator('[data-device][data-state="ready"]').first()).toBeVisible()
  await look('technician')
  await world.simulate('sbi', 'service', { up: false })
  await world.simulate('printer', 'fault', { fault: 'cover-open' })
  await expect(page.locator('[data-picture="cable"]')).toBeVisible()
  await expect(page.locator('[data-picture="cover"]')).toBeVisible()
  await look('technician-trouble')
  await world.simulate('sbi', 'service', { up: true })
  await world.simulate('printer', 'fault', { fault: null })
  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  await expect(page.locator('[data-device="fingerprint-scanner"][data-state="ready"]')).toBeVisible()
  for (const kind of ['card-reader', 'fingerprint-scanner', 'camera'])
    await page.locator(`[data-device="${kind}"]`).getByRole('button', { name: 'Test it' }).click()
  await expect(page.getByText('of this office')).toBeVisible()
  await expect(page.locator('[data-device="fingerprint-scanner"] img')).toBeVisible()
  await look('technician-tests')
  await press(page, 'Sign out')
}
