/** An officer leaves out a finger, a supervisor sends the enrolment back and then approves it. Through the real screens. */
import { expect, type Page } from '@playwright/test'
import { signInAs, type Look } from './staff-enrols.ts'
import { onScreen, type World } from './world.ts'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const signOut = (page: Page) => press(page, 'Sign out')

async function enrolWithoutOneFinger(world: World): Promise<void> {
  const { page } = world
  await world.simulate('card', 'insert', { card: 'genuine' })
  await world.simulate('camera', 'show', { show: 'face' })
  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  await press(page, 'Enrol a citizen')
  await press(page, 'Go on to the details')
  await press(page, 'Go on to the portrait')
  await page.waitForTimeout(700)
  await press(page, 'Take the picture')
  await press(page, 'Go on to the fingerprints')
  await page.getByLabel(/left little/i).selectOption('missing')
  // One press: the other hands follow by themselves.
  await press(page, 'Scan these fingers')
  await expect(page.locator('[data-done="true"]')).toHaveCount(3, { timeout: 40_000 })
  await press(page, 'Go on to the review')
  await press(page, 'I agree, everything is right')
  await press(page, 'Sign and save')
  await onScreen(page, 'staff-slip')
}

/** @param look called on each screen as it stands there */
export async function fourEyes(world: World, look: Look): Promise<void> {
  const { page } = world
  await signInAs(world, 'officer', () => Promise.resolve())
  await onScreen(page, 'staff-today')
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)
  await enrolWithoutOneFinger(world)
  await expect(page.getByText('A supervisor looks at it before it is sent')).toBeVisible()
  await look('staff-slip-approval')
  await press(page, 'Requests')
  await expect(page.getByText('Waits for a supervisor').first()).toBeVisible()
  await signOut(page)

  await signInAs(world, 'supervisor', () => Promise.resolve())
  await press(page, 'Approve')
  await onScreen(page, 'staff-approve')
  await expect(page.getByText('Fingers were left out.')).toBeVisible()
  await expect(page.getByText('left out: Missing')).toBeVisible()
  await expect(page.getByText('Nothing differs')).toBeVisible()
  await look('staff-approve')
  await page.keyboard.press('r')
  await look('staff-approve-back')
  await page.getByRole('radio', { name: 'The details' }).check()
  await page.getByLabel(/in your words/i).fill('The village, please')
  await press(page, 'Send back with this reason')
  await expect(page.getByText('Nothing waits for you')).toBeVisible()
  await look('staff-approve-none')
  await signOut(page)

  await signInAs(world, 'officer', () => Promise.resolve())
  await expect(page.getByText('The village, please')).toBeVisible()
  await look('staff-today-returned')
  await press(page, 'Go on')
  await onScreen(page, 'staff-enrol-form')
  await expect(page.getByText('The village, please')).toBeVisible()
  await page.locator('#field-village').fill('Bonday Gom')
  await press(page, 'Go on to the portrait')
  await press(page, 'Go on to the fingerprints')
  await press(page, 'Go on to the review')
  // What the citizen agreed to has changed.
  await press(page, 'I agree, everything is right')
  await press(page, 'Sign and save')
  await onScreen(page, 'staff-slip')
  await signOut(page)

  await signInAs(world, 'supervisor', () => Promise.resolve())
  await press(page, 'Approve')
  await onScreen(page, 'staff-approve')
  await expect(page.getByText('Bonday Gom').first()).toBeVisible()
  await page.keyboard.press('a')
  const pin = page.getByLabel('Your PIN')
  await expect(pin).toBeFocused()
  await expect(pin).toHaveValue('')
  await look('staff-approve-pin')
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('Tries left: 4')
  await page.keyboard.type(world.ready.signIns.find(({ role }) => role === 'supervisor')?.pin ?? '')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Approved, sealed and in the queue')).toBeVisible()
  await press(page, 'Requests')
  // The issuer has looked at both names again.
  await expect(page.getByText('Ready to collect').first()).toBeVisible({ timeout: 20_000 })
}

/** The day is looked at and closed by whoever is signed in, after one enrolment. */
export async function closeTheDay({ page }: World, look: Look): Promise<void> {
  await press(page, 'End of day')
  await onScreen(page, 'staff-day')
  await expect(page.getByText('request saved today')).toBeVisible()
  await expect(page.getByText('tell the same')).toBeVisible()
  await expect(page.getByText('You can go home')).toBeVisible()
  await press(page, 'Close the day')
  await expect(page.getByText(/^Closed at .* by Sonam Choden: 1 saved/)).toBeVisible()
  await look('staff-day')
}
