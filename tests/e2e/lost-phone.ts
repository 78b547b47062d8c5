/**
 * A citizen who loses the phone while the cable is out, through the screens: a provisional ID at once, the real one later,
 * one fact from either. Called on each screen is `look`, for whoever checks it or takes its picture.
 */
import { expect } from '@playwright/test'
import { z } from 'zod'
import { openPhonePage, type PhonePage } from './phone-page.ts'
import { enrolThroughScreens, signInAs, type Look } from './staff-enrols.ts'
import { askForAge, handOver, pairPhone, press, proveAdult, putOnPhone } from './visit-with-phone.ts'
import { onScreen, type World } from './world.ts'

const zAnswer = z.object({ answer: z.string() })
const nothing = () => Promise.resolve()

export interface Phones {
  phone: PhonePage
  /** of somebody else */
  other: PhonePage
}

export async function openPhones({ context, ready }: World): Promise<Phones> {
  const browser = context.browser()
  if (!browser) throw new Error('The world has no browser')
  const open = () => openPhonePage(browser, ready.phonePage)
  return { phone: await open(), other: await open() }
}

/** Pulls the cable: the kiosk may not have noticed yet when somebody comes, and must be none the worse for it. */
const cableOut = (world: World) => world.simulate('link', 'mode', { mode: 'down' })
async function cableIn(world: World): Promise<void> {
  await world.simulate('link', 'mode', { mode: 'up' })
  await expect(world.page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 20_000 })
}
/** How the last request of the citizen stands, as the staff sees it. */
async function requestsSay(world: World, state: string): Promise<void> {
  const { page } = world
  await signInAs(world, 'officer', nothing)
  await press(page, 'Requests')
  await expect(page.getByText(state).first()).toBeVisible({ timeout: 20_000 })
  await press(page, 'Sign out')
  await page.evaluate("location.hash = '#/citizen'")
  await onScreen(page, 'citizen-welcome')
}

export async function lostPhone(world: World, { phone, other }: Phones, look: Look): Promise<void> {
  const { page } = world
  await signInAs(world, 'officer', nothing)
  await enrolThroughScreens(world, nothing)
  await expect(page.getByText('Nothing waits to be sent')).toBeVisible({ timeout: 20_000 })
  await press(page, 'Sign out')
  await page.evaluate("location.hash = '#/citizen'")
  await putOnPhone(world)
  await onScreen(page, 'citizen-offer')
  const offer = await page.getByTestId('offer-uri').textContent()
  const txCode = await page.getByTestId('tx-code').textContent()
  await world.simulate('phone', 'receive', { offer, txCode })
  await onScreen(page, 'citizen-done')
  await press(page, 'Finish')

  // The phone is lost, and so is the link.
  await cableOut(world)
  await putOnPhone(world)
  await onScreen(page, 'citizen-phone-why')
  await look('citizen-phone-why')
  await page.getByRole('button', { name: 'I lost my phone' }).click()
  await pairPhone(world, phone, look)
  await press(page, 'Yes, the same')
  await expect(page.getByRole('heading', { name: 'Your request is safe with us' })).toBeVisible()
  await look('citizen-phone-safe')
  await press(page, 'My phone has its own network')
  await onScreen(page, 'citizen-phone-later')
  await look('citizen-phone-later')
  await press(page, 'Back')
  await press(page, 'Put a provisional ID on my phone now')
  await handOver(world, phone, look, 'citizen-hand-over-provisional')
  await expect(page.getByTestId('provisional-until')).toBeVisible()
  await look('citizen-phone-provisional-done')
  await press(page, 'Finish')
  await proveAdult(world, phone)
  await expect(page.getByTestId('provisional')).toBeVisible()
  await look('citizen-revealed-provisional')
  await press(page, 'Finish')

  await cableIn(world)
  await requestsSay(world, 'Ready to collect')
  await cableOut(world)
  await putOnPhone(world)
  await pairPhone(world, other, nothing)
  await press(page, 'Yes, the same')
  await onScreen(page, 'citizen-phone-other')
  await look('citizen-phone-other')
  await press(page, 'I have that phone here')
  await pairPhone(world, phone, nothing)
  await press(page, 'Yes, the same')
  await handOver(world, phone, look, 'citizen-hand-over')
  await expect(page.getByRole('heading', { name: 'Your ID is on your phone' })).toBeVisible()
  await press(page, 'Finish')
  await proveAdult(world, phone)
  await expect(page.getByTestId('provisional')).toHaveCount(0)
  await press(page, 'Finish')

  await cableIn(world)
  await requestsSay(world, 'Collected')
  // What was on the lost phone is refused as soon as the next list is here.
  await world.simulate('camera', 'show', { show: 'blank' })
  const request = await askForAge(world)
  const { answer } = zAnswer.parse(await world.simulate('phone', 'present', { request }))
  await world.simulate('camera', 'show', { show: 'qr', text: answer })
  await expect(page.getByRole('alert')).toContainText('withdrawn')
}
