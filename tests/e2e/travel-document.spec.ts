/** A passport at the desk: told by what lies on the reader, opened by what is typed or seen, refused, left, and enrolled with. */
import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { z } from 'zod'
import { hasOcrB } from '../../hardware/simulators/camera/zone.ts'
import { signInAs } from './staff-enrols.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

const zDocuments = z.object({ passport: z.string(), idCard: z.string(), can: z.string() })
let world: World
let documents: z.infer<typeof zDocuments>
test.beforeAll(async () => {
  world = await openWorld()
  const card = world.ready.simulators['card']
  documents = zDocuments.parse(await (await fetch(`${card}/travel-documents`)).json())
  await signInAs(world, 'officer', () => Promise.resolve())
})
test.afterAll(async () => {
  await world.end()
})
const look = async (name: string) => {
  await expectAccessible(world.page)
  const folder = process.env['KIOSK_E2E_PICTURES']
  if (!folder) return
  for (const [width, height] of [
    [1280, 800],
    [1080, 1920],
    [1366, 768],
  ] as const) {
    await world.page.setViewportSize({ width, height })
    await world.page.waitForTimeout(250)
    await world.page.screenshot({ path: `${folder}/${name}-${width}.png` })
  }
}
const press = (name: string) => world.page.getByRole('button', { name, exact: true }).click()
const insert = (card: string, trouble = {}) => world.simulate('card', 'insert', { card, ...trouble })

test('what lies on the reader is recognised, and a slip of the finger is told before the chip is asked', async () => {
  const { page } = world
  await onScreen(page, 'staff-today')
  await insert('passport-jpeg2000')
  await press('Enrol a citizen')
  await onScreen(page, 'staff-enrol-card')
  await expect(page.getByRole('button', { name: 'Read the chip' })).toBeVisible()
  const number = page.getByLabel('Document number and its digit')
  await number.fill('g0417732<7')
  await expect(page.getByText('The last digit does not fit')).toBeVisible()
  await press('Read the chip')
  await expect(page.getByText('Copy this from the lines.')).toHaveCount(2)
  await look('document-typed-wrong')
})

test('the three places open it: what the chip proved, its face and its data are shown and marked', async () => {
  const { page } = world
  const second = documents.passport.slice(44)
  await page.getByLabel('Document number and its digit').fill(second.slice(0, 10))
  await page.getByLabel('Date of birth and its digit').fill(second.slice(13, 20))
  await page.getByLabel('Date of expiry and its digit').fill(second.slice(21, 28))
  await expect(page.getByText('17 April 1991')).toBeVisible()
  await look('document-typed')
  await press('Read the chip')
  await expect(page.getByText('Reading name and portrait').first()).toBeVisible()
  await expect(page.getByText('The document is genuine')).toBeVisible()
  await expect(page.getByText('The chip proved that it is no copy')).toBeVisible()
  await expect(page.getByText('Dechen Wangmo')).toBeVisible()
  const face = page.getByRole('img', { name: 'The face on the chip of the document' })
  await expect.poll(() => face.evaluate((one) => Reflect.get(one, 'naturalWidth'))).toBe(360)
  await look('document-read')
  await press('Go on to the details')
  await onScreen(page, 'staff-enrol-form')
  await expect(page.locator('#field-fullName')).toHaveValue('Dechen Wangmo')
  await expect(page.getByText('Travel document', { exact: true })).toHaveCount(4)
  await look('document-form')
  await page.locator('#field-fullName').fill('Dechen Wangmo Dorji')
  await expect(page.getByText('Travel document', { exact: true })).toHaveCount(3)
  await page.getByRole('button', { name: 'Leave, keep it for later' }).click()
})

test('the camera reads the lines of one that has BAC only', async () => {
  test.skip(!hasOcrB, 'needs the font of the zone (fonts-ocr-b)')
  const { page } = world
  await insert('passport-bac')
  await onScreen(page, 'staff-today')
  await press('Enrol a citizen')
  await world.simulate('camera', 'show', { show: 'blank' })
  await press('Hold the lines to the camera')
  await expect(page.locator('video')).toBeVisible()
  await world.simulate('camera', 'show', { show: 'zone', zone: documents.passport, rotate: 1 })
  await expect(page.getByText('The camera has read this')).toBeVisible({ timeout: 25_000 })
  await expect(page.getByLabel('Document number and its digit')).toHaveValue(documents.passport.slice(44, 54))
  await press('Read the chip')
  await expect(page.getByText('The document is genuine')).toBeVisible()
  await expect(page.getByText('This chip cannot prove that it is no copy')).toBeVisible()
  await look('document-bac')
})

test('a copy is refused in words, a silent chip can be left, and six digits open a card', async () => {
  const { page } = world
  const second = documents.passport.slice(44)
  await press('Read it again')
  const type = async () => {
    await page.getByLabel('Document number and its digit').fill(second.slice(0, 10))
    await page.getByLabel('Date of birth and its digit').fill(second.slice(13, 20))
    await page.getByLabel('Date of expiry and its digit').fill(second.slice(21, 28))
    await press('Read the chip')
  }
  await insert('passport-cloned')
  await type()
  await expect(page.getByRole('alert')).toContainText('may be a copy')
  await look('document-refused')
  await insert('passport-pace', { silentAfterApdus: 20 })
  await type()
  await expect(page.getByRole('button', { name: 'Stop reading' })).toBeVisible()
  await page.waitForTimeout(500)
  if (process.env['KIOSK_E2E_PICTURES'])
    await page.screenshot({ path: `${process.env['KIOSK_E2E_PICTURES']}/document-reading.png` })
  else await expectAccessible(page)
  await press('Stop reading')
  await expect(page.getByText('Stopped. Nothing was changed.')).toBeVisible()
  await insert('id-card')
  await press('Card: six digits on the front')
  await page.getByLabel('Six digits on the front of the card').fill(documents.can)
  await look('document-can')
  await expect(async () => {
    await press('Read the chip')
    await expect(page.getByText('The document is genuine')).toBeVisible({ timeout: 6_000 })
  }).toPass({ timeout: 20_000 })
})
