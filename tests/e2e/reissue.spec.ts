/**
 * A phone was lost and the cable is out: the citizen leaves with a provisional ID on another phone, comes back for the real
 * one, and proves one fact with either; through the screens, the codes held to a camera file and to the phone's own page.
 */
import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { lostPhone, openPhones, type Phones } from './lost-phone.ts'
import { accessible } from './staff-enrols.ts'
import { askForAge, press } from './visit-with-phone.ts'
import { onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
let phones: Phones
test.beforeAll(async () => {
  world = await openWorld()
  phones = await openPhones(world)
})
test.afterAll(async () => {
  await world.end()
})

test('a lost phone, no link: a provisional ID at once, the real one later, and one fact from either', async () => {
  test.setTimeout(120_000)
  const { page } = world
  const shots = process.env['KIOSK_SHOTS']
  const check = accessible(world)
  await lostPhone(world, phones, async (screen) => {
    await check(screen)
    if (!shots) return
    for (const [width, height] of [
      [1080, 1920],
      [1280, 800],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(300)
      await page.screenshot({ path: `${shots}/lost-phone-${screen}-${width}x${height}.png` })
    }
  })
})

test('a phone that has a network is asked over it by name and purpose, and answers sealed to the kiosk', async () => {
  const { page } = world
  await world.simulate('link', 'mode', { mode: 'up' })
  await page.evaluate("location.hash = '#/citizen'")
  await page.reload()
  await expect(page.getByText('Connected')).toBeVisible({ timeout: 10_000 })
  await askForAge(world)
  const check = accessible(world)
  await check('citizen-reveal')
  await press(page, 'My phone has a network')
  await expect(page.getByTestId('request-text')).toContainText('request_uri')
  await check('citizen-reveal')
  await phones.phone.read((await page.getByTestId('request-text').textContent()) ?? '')
  await phones.phone.on('ask')
  await phones.phone.goOn()
  await onScreen(page, 'citizen-revealed')
  await expect(page.getByTestId('revealed-claim')).toHaveText(['Over 18 years old Yes'])
})
