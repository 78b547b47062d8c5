/**
 * A phone was lost and the cable is out: the citizen leaves with a provisional ID on another phone, comes back for the real
 * one, and proves one fact with either; through the screens, the codes held to a camera file and to the phone's own page.
 */
import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { z } from 'zod'
import { openPhonePage, type PhonePage } from './phone-page.ts'
import { accessible, enrolThroughScreens, signInAs } from './staff-enrols.ts'
import { askForAge, handOver, pairPhone, press, proveAdult, putOnPhone } from './visit-with-phone.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

const zAnswer = z.object({ answer: z.string() })
const nothing = () => Promise.resolve()
let world: World
let phone: PhonePage
test.beforeAll(async () => {
  world = await openWorld()
  const browser = world.context.browser()
  if (!browser) throw new Error('The world has no browser')
  phone = await openPhonePage(browser, world.ready.phonePage)
})
test.afterAll(async () => {
  await world.end()
})

/** Pulls the cable: the kiosk may not have noticed yet when somebody comes, and must be none the worse for it. */
const cableOut = () => world.simulate('link', 'mode', { mode: 'down' })
async function cableIn(): Promise<void> {
  await world.simulate('link', 'mode', { mode: 'up' })
  await expect(world.page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 20_000 })
}
/** How the last request of the citizen stands, as the staff sees it. */
async function requestsSay(...states: string[]): Promise<void> {
  const { page } = world
  await signInAs(world, 'officer', nothing)
  await press(page, 'Requests')
  for (const state of states) await expect(page.getByText(state).first()).toBeVisible({ timeout: 20_000 })
  await press(page, 'Sign out')
  await page.evaluate("location.hash = '#/citizen'")
  await onScreen(page, 'citizen-welcome')
}

test('a lost phone, no link: a provisional ID at once, the real one later, and one fact from either', async () => {
  test.setTimeout(120_000)
  const { page } = world
  const look = accessible(world)
  await signInAs(world, 'officer', nothing)
  await enrolThroughScreens(world, nothing)
  await expect(page.getByText('Nothing waits to be sent')).toBeVisible()
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
  await cableOut()
  await putOnPhone(world)
  await onScreen(page, 'citizen-phone-why')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'I lost my phone' }).click()
  await pairPhone(world, phone, look)
  await press(page, 'Yes, the same')
  await expect(page.getByRole('heading', { name: 'Your request is safe with us' })).toBeVisible()
  await expectAccessible(page)
  await press(page, 'Put a provisional ID on my phone now')
  await handOver(world, phone, look, 'citizen-hand-over-provisional')
  await expect(page.getByTestId('provisional-until')).toBeVisible()
  await expectAccessible(page)
  await press(page, 'Finish')
  await proveAdult(world, phone)
  await expect(page.getByTestId('provisional')).toBeVisible()
  await expectAccessible(page)
  await press(page, 'Finish')

  await cableIn()
  await requestsSay('Ready to collect')
  await cableOut()
  await putOnPhone(world)
  await pairPhone(world, phone, nothing)
  await press(page, 'Yes, the same')
  await handOver(world, phone, look, 'citizen-hand-over')
  await expect(page.getByRole('heading', { name: 'Your ID is on your phone' })).toBeVisible()
  await press(page, 'Finish')
  await proveAdult(world, phone)
  await expect(page.getByTestId('provisional')).toHaveCount(0)
  await press(page, 'Finish')

  await cableIn()
  await requestsSay('Collected')
  // What was on the lost phone is refused as soon as the next list is here.
  const request = await askForAge(world)
  const { answer } = zAnswer.parse(await world.simulate('phone', 'present', { request }))
  await world.simulate('camera', 'show', { show: 'qr', text: answer })
  await expect(page.getByRole('alert')).toContainText('withdrawn')
})
