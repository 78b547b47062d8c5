/** The check of one finger through the screens: a template at the desk, then a citizen who is known, and one who is not. */
import { expect, type Page } from '@playwright/test'
import { enrolThroughScreens, signInAs } from '../e2e/staff-enrols.ts'
import { onScreen, type World } from '../e2e/world.ts'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
type Look = (screen: string) => Promise<void>

/** One press of the finger on the small scanner, once it waits for one. */
async function place(world: World, finger: object): Promise<void> {
  await world.simulate('finger', 'finger', { finger: 1, quality: 'good', ...finger })
  await world.simulate('finger', 'place', {})
}

export async function enrolWithTemplate(world: World, look: Look): Promise<void> {
  const { page } = world
  const only = (wanted: string) => (screen: string) => (screen === wanted ? look(screen) : Promise.resolve())
  await signInAs(world, 'officer', only(''))
  await enrolThroughScreens(world, only('staff-enrol-consent'), async () => {
    await look('staff-enrol-finger-check')
    await press(page, 'Take the finger for the check')
    for (let time = 1; time <= 5; time += 1) {
      await expect(page.getByText(`press ${time} of 5`)).toBeVisible()
      if (time === 3) await look('staff-enrol-finger-check-pressing')
      await place(world, { person: 1, impression: 500 + time })
    }
    await expect(page.locator('[data-check-template="kept"]')).toBeVisible()
    await look('staff-enrol-finger-check-kept')
  })
  await expect(page.getByText('Nothing waits to be sent')).toBeVisible()
  await press(page, 'Sign out')
  await page.evaluate("location.hash = '#/citizen'")
}

/** From the welcome to the screen that asks for the finger. */
async function toFinger({ page }: World, look: Look): Promise<void> {
  await onScreen(page, 'citizen-welcome')
  await page.getByRole('button', { name: 'English' }).click()
  await press(page, 'Put my ID on a phone')
  await onScreen(page, 'citizen-consent')
  await look('citizen-consent-finger')
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-finger')
  await expect(page.locator('[data-seen="ready"]')).toBeVisible()
}

export async function knownFinger(world: World, look: Look): Promise<void> {
  const { page } = world
  await toFinger(world, look)
  await look('citizen-finger')
  await place(world, { person: 2, impression: 7, quality: 'wet' })
  await expect(page.getByText('Tries left: 2')).toBeVisible()
  await expect(page.getByText('press a little more lightly')).toBeVisible()
  await look('citizen-finger-not-recognised')
  await place(world, { person: 1, impression: 77 })
  await onScreen(page, 'citizen-offer')
  await press(page, 'Stop and clear')
}

export async function unknownFinger(world: World, look: Look): Promise<void> {
  const { page } = world
  await toFinger(world, () => Promise.resolve())
  for (const left of [2, 1, 0]) {
    await place(world, { person: 3, impression: 30 + left })
    if (left > 0) await expect(page.getByText(`Tries left: ${left}`)).toBeVisible()
  }
  await onScreen(page, 'citizen-officer')
  await look('citizen-officer')
  const officer = world.ready.signIns.find(({ role }) => role === 'officer')
  await press(page, 'For the staff: I know who this is')
  await page.getByLabel('Your name').selectOption(officer?.name ?? '')
  for (const digit of officer?.pin ?? '') await press(page, digit)
  await look('citizen-officer-vouches')
  await press(page, 'Confirm and go on')
  await onScreen(page, 'citizen-offer')
  await press(page, 'Stop and clear')
}
