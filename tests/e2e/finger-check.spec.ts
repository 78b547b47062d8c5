/** One finger against its template, from the desk to the self-service door, with the real library and its virtual scanner. */
import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { enrolWithTemplate, knownFinger, unknownFinger } from '../screens/finger-tour.ts'
import { expectAccessible, openWorld, type World } from './world.ts'

const helper = new URL('../../dist/hardware/fingerprint/libfprint/fphelper', import.meta.url)
test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so') || !existsSync(helper),
  'needs the virtual card reader (vsmartcard-vpcd) and libfprint (libfprint-2-dev, gcc)',
)

let world: World
test.beforeAll(async () => {
  world = await openWorld()
})
test.afterAll(async () => {
  await world.end()
})

test('a template is made at the desk; the finger opens the way to the phone, another one calls the staff', async () => {
  const { page } = world
  const shots = process.env['KIOSK_SHOTS']
  const look = async (screen: string) => {
    await expectAccessible(page)
    expect(
      await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
      screen,
    ).toBeLessThanOrEqual(0)
    if (!shots) return
    for (const [width, height] of [
      [1080, 1920],
      [1280, 800],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: `${shots}/${screen}-${width}x${height}.png` })
    }
  }
  await enrolWithTemplate(world, look)
  await knownFinger(world, look)
  await unknownFinger(world, look)
})
