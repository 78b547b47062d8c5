/** A citizen with a phone at the self-service door: the phone's page and the kiosk read each other's codes. */
import { expect, type Page } from '@playwright/test'
import type { PhonePage } from './phone-page.ts'
import { onScreen, type World } from './world.ts'
import type { Look } from './staff-enrols.ts'

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** From the welcome to the consent of "put my ID on a phone", the card lying on the reader. */
export async function putOnPhone({ page }: World): Promise<void> {
  await onScreen(page, 'citizen-welcome')
  await page.getByRole('button', { name: 'English' }).click()
  await press(page, 'Put my ID on a phone')
  await press(page, 'I agree, go on')
}

/** The phone answers the kiosk's question which phone it is, and both show the same mark. */
export async function pairPhone(world: World, phone: PhonePage, look: Look): Promise<void> {
  const { page } = world
  await onScreen(page, 'citizen-phone-pair')
  await look('citizen-phone-pair')
  await phone.read((await page.getByTestId('pairing-text').textContent()) ?? '')
  await phone.on('pair')
  await phone.goOn()
  const text = await phone.shown('holder')
  await world.simulate('camera', 'show', { show: 'qr', text })
  await onScreen(page, 'citizen-phone-mark')
  await look('citizen-phone-mark')
  await expect(page.getByTestId('mark')).toHaveText(
    (await phone.page.getByTestId('mark').textContent()) ?? '',
  )
}

/** The phone catches what the kiosk shows, and the kiosk the phone's receipt. */
export async function handOver(world: World, phone: PhonePage, look: Look, name: string): Promise<void> {
  const { page } = world
  await onScreen(page, 'citizen-hand-over')
  await look(name)
  await phone.goOn()
  await phone.read(...((await page.getByTestId('frames-text').textContent()) ?? '').split('\n'))
  const text = await phone.shown('receipt')
  await world.simulate('camera', 'show', { show: 'qr', text })
  await onScreen(page, 'citizen-done')
}

/** Proves one fact from the phone. */
export async function proveAdult(world: World, phone: PhonePage): Promise<void> {
  const { page } = world
  const request = await askForAge(world)
  await phone.read(request)
  await phone.on('ask')
  await phone.goOn()
  const text = await phone.shown('answer')
  await world.simulate('camera', 'show', { show: 'qr', text })
  await onScreen(page, 'citizen-revealed')
  await expect(page.getByTestId('revealed-claim')).toHaveText(['Over 18 years old Yes'])
}

/** @returns what the kiosk's question for the age holds */
export async function askForAge({ page }: World): Promise<string> {
  await onScreen(page, 'citizen-welcome')
  await page.getByRole('button', { name: 'English' }).click()
  await press(page, 'Prove one fact from my phone')
  await press(page, 'I am over 18')
  await onScreen(page, 'citizen-reveal')
  return (await page.getByTestId('request-text').textContent()) ?? ''
}
