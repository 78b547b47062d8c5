/** The whole journey through the real screens, the codes held to a camera file that Chromium reads. */
import { existsSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { z } from 'zod'
import { findInTheClear } from '../journey/find-in-the-clear.ts'
import { accessible, enrolThroughScreens, signInAs } from './staff-enrols.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const zAnswer = z.object({ answer: z.string() })

let world: World
test.beforeAll(async () => {
  world = await openWorld()
})
test.afterAll(async () => {
  await world.end()
})

test('a citizen is enrolled while the issuer is away, collects on a phone, and proves one fact', async () => {
  const { page } = world
  const look = accessible(world)
  await onScreen(page, 'citizen-welcome')
  await expectAccessible(page)
  await expect.poll(() => page.getByText('Connected').count()).toBeGreaterThan(0)
  await signInAs(world, 'officer', look)
  await world.simulate('link', 'mode', { mode: 'down' })
  const { fields } = await enrolThroughScreens(world, look)
  await expect(page.getByText('Waiting to be sent: 1')).toBeVisible()
  const slip = (await page.locator('.code').textContent())?.replaceAll(' ', '') ?? ''

  await world.simulate('link', 'mode', { mode: 'up' })
  await expect(page.getByText('Nothing waits to be sent')).toBeVisible({ timeout: 10_000 })
  await press(page, 'Requests')
  await expect(page.getByText('Ready to collect')).toBeVisible()
  await page.getByRole('button', { name: slip.slice(-6) }).click()
  await expectAccessible(page)
  await press(page, 'Sign out')

  await page.evaluate("location.hash = '#/citizen'")
  await page.getByRole('button', { name: 'English' }).click()
  await onScreen(page, 'citizen-choose')
  await expectAccessible(page)
  await press(page, 'Put my ID on a phone')
  await onScreen(page, 'citizen-consent')
  await expectAccessible(page)
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-offer')
  await expectAccessible(page)
  const offer = await page.getByTestId('offer-uri').textContent()
  const txCode = await page.getByTestId('tx-code').textContent()
  await world.simulate('phone', 'receive', { offer, txCode })
  await onScreen(page, 'citizen-done')
  await expectAccessible(page)
  await press(page, 'Finish')

  await world.simulate('link', 'mode', { mode: 'down' })
  await page.getByRole('button', { name: 'English' }).click()
  await press(page, 'Prove one fact from my phone')
  await onScreen(page, 'citizen-ask')
  await press(page, 'I am over 18')
  await onScreen(page, 'citizen-reveal')
  await expectAccessible(page)
  const request = await page.getByTestId('request-text').textContent()
  const { answer } = zAnswer.parse(await world.simulate('phone', 'present', { request }))
  await world.simulate('camera', 'show', { show: 'qr', text: answer })
  await onScreen(page, 'citizen-revealed')
  await expectAccessible(page)
  await expect(page.getByTestId('revealed-claim')).toHaveText(['Over 18 years old Yes'])

  const secrets = ['fullName', 'fullNameDzongkha', 'cid'].map((name) => Buffer.from(fields[name] ?? ''))
  expect(secrets.every((secret) => secret.length > 8)).toBe(true)
  expect(await findInTheClear(world.data, secrets)).toEqual([])
})

test('the slip held to the camera identifies, too; a foreign code does not', async () => {
  const { page } = world
  await world.simulate('link', 'mode', { mode: 'up' })
  await world.simulate('card', 'remove', {})
  await world.simulate('camera', 'show', { show: 'qr', text: 'https://example.org/not-ours' })
  await page.reload()
  await page.getByRole('button', { name: 'English' }).click()
  await press(page, 'See how my request is going')
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-identify')
  await expect(page.getByRole('alert')).toContainText('web link')
  await expectAccessible(page)
})
