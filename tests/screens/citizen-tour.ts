/** A citizen's way through every screen of the self-service door, with something to be done on each as it stands there. */
import { expect, type Page } from '@playwright/test'
import { z } from 'zod'
import { enrolThroughScreens, signInAs } from '../e2e/staff-enrols.ts'
import { onScreen, type World } from '../e2e/world.ts'

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const zAnswer = z.object({ answer: z.string() })
type OwnName = 'English' | 'རྫོང་ཁ' | 'नेपाली'

/** Changes the language by the switch that stands on every screen but the first. */
export const speak = (page: Page, language: OwnName) =>
  page.getByRole('group').getByRole('button', { name: language, exact: true }).click()

type Look = (screen: string) => Promise<void>

/** A citizen is enrolled and the request decided. @returns the number on the slip */
export async function enrolOne(world: World): Promise<string> {
  const { page } = world
  const nothing = () => Promise.resolve()
  await signInAs(world, 'officer', nothing)
  await enrolThroughScreens(world, nothing)
  const slip = (await page.locator('[data-screen="staff-slip"] .code').textContent()) ?? ''
  await expect(page.getByText('Nothing waits to be sent')).toBeVisible()
  await press(page, 'Sign out')
  await page.evaluate("location.hash = '#/citizen'")
  return slip.replaceAll(' ', '')
}

export async function citizenTour(world: World, look: Look): Promise<void> {
  await onScreen(world.page, 'citizen-welcome')
  await look('citizen-welcome')
  await enrolOne(world)
  await citizenVisits(world, look)
}

/** Every screen of an enrolled citizen's visits; the credential is collected in the end. */
export async function citizenVisits(world: World, look: Look): Promise<void> {
  const { page } = world
  const begin = async () => {
    await onScreen(page, 'citizen-welcome')
    await page.getByRole('button', { name: 'English' }).click()
    await onScreen(page, 'citizen-choose')
  }

  await world.simulate('card', 'remove', {})
  await world.simulate('camera', 'show', { show: 'blank' })
  await begin()
  await look('citizen-choose')
  await press(page, 'Show what is on my card')
  await onScreen(page, 'citizen-consent')
  await look('citizen-consent')
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-identify')
  await look('citizen-identify-card')
  await world.simulate('card', 'insert', { card: 'genuine' })
  await onScreen(page, 'citizen-card')
  await look('citizen-card')
  await world.simulate('card', 'remove', {})
  await press(page, 'I have seen it, clear it')

  await begin()
  await press(page, 'See how my request is going')
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-identify')
  await page.waitForTimeout(1_000)
  await look('citizen-identify')
  await press(page, 'Type the slip number')
  await page.locator('[data-key="K"]').click()
  await look('citizen-identify-typed')
  await press(page, 'Back')
  await world.simulate('camera', 'show', { show: 'qr', text: 'https://example.org/not-ours' })
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-identify-refused')
  await world.simulate('card', 'insert', { card: 'genuine' })
  await onScreen(page, 'citizen-ticket')
  await look('citizen-ticket')

  await press(page, 'Put my ID on a phone')
  await onScreen(page, 'citizen-offer')
  await look('citizen-offer')
  const offer = await page.getByTestId('offer-uri').textContent()
  const txCode = await page.getByTestId('tx-code').textContent()
  await world.simulate('phone', 'receive', { offer, txCode })
  await onScreen(page, 'citizen-done')
  await look('citizen-done')
  await press(page, 'Finish')

  await begin()
  await press(page, 'Prove one fact from my phone')
  await onScreen(page, 'citizen-ask')
  await look('citizen-ask')
  await world.simulate('camera', 'show', { show: 'blank' })
  await press(page, 'I am over 18')
  await onScreen(page, 'citizen-reveal')
  await page.waitForTimeout(1_000)
  await look('citizen-reveal')
  const request = await page.getByTestId('request-text').textContent()
  const { answer } = zAnswer.parse(await world.simulate('phone', 'present', { request }))
  await world.simulate('camera', 'show', { show: 'qr', text: answer })
  await onScreen(page, 'citizen-revealed')
  await look('citizen-revealed')
  await press(page, 'Finish')
  await onScreen(page, 'citizen-welcome')
}
