/** A desk over the day: refused, left alone, taken up again, and worked without a mouse. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { z } from 'zod'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { signInAs } from './staff-enrols.ts'
import { slipOnPaper } from './slip-on-paper.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
test.beforeAll(async () => {
  world = await openWorld()
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
  const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength)
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true })
})
test.afterAll(async () => {
  await world.end()
})
const look = () => expectAccessible(world.page)

/** Goes on with Tab until a button of that name has the focus, and presses it with the keyboard. */
async function tabTo(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true })
  await expect(button).toBeEnabled()
  for (let presses = 0; presses < 60; presses += 1) {
    if (await button.evaluate((one) => one === one.ownerDocument.activeElement)) {
      await page.keyboard.press('Enter')
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`The button "${name}" is not reached by the keyboard`)
}

test('a wrong PIN is refused in words, and the number pad signs in', async () => {
  const { page } = world
  const officer = world.ready.signIns.find(({ role }) => role === 'officer')
  await page.evaluate("location.hash = '#/staff'")
  await onScreen(page, 'staff-sign-in')
  await page.getByLabel('Your name').selectOption(officer?.name ?? '')
  await page.getByLabel('Your PIN').fill('00000')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('Tries left: 4')
  await look()
  for (const digit of officer?.pin ?? '') await page.getByRole('button', { name: digit, exact: true }).click()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await onScreen(page, 'staff-today')
})

test('an enrolment is worked by keyboard alone, and taken up again where it was left', async () => {
  const { page } = world
  await world.simulate('card', 'insert', { card: 'genuine' })
  await world.simulate('camera', 'show', { show: 'face' })
  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  await tabTo(page, 'Enrol a citizen')
  await onScreen(page, 'staff-enrol-card')
  await tabTo(page, 'Go on to the details')
  await onScreen(page, 'staff-enrol-form')
  await page.locator('#field-village').fill('Bonday Gom')
  await tabTo(page, 'Leave, keep it for later')
  await onScreen(page, 'staff-today')
  await tabTo(page, 'Go on')
  await onScreen(page, 'staff-enrol-form')
  await expect(page.locator('#field-village')).toHaveValue('Bonday Gom')
  await tabTo(page, 'Go on to the portrait')
  await tabTo(page, 'Take the picture')
  await tabTo(page, 'Go on to the fingerprints')
  await tabTo(page, 'Scan these fingers')
  await expect(page.locator('[data-done="true"]')).toHaveCount(3, { timeout: 40_000 })
  await tabTo(page, 'Go on to the review')
  await tabTo(page, 'I agree, everything is right')
  await tabTo(page, 'Sign and save')
  await onScreen(page, 'staff-slip')
})

const zPrinter = z.object({ printed: z.number(), unexpected: z.number() })
const printer = async () => zPrinter.parse(await world.simulate('printer', 'state'))
const zStick = z.object({ folder: z.string() })

test('the slip comes out of the printer in the language on the screen, and goes as PDF on a stick', async () => {
  const { page } = world
  await world.simulate('printer', 'fault', { fault: 'paper-out' })
  await page.getByRole('button', { name: 'Print the slip' }).click()
  await expect(page.getByRole('alert')).toContainText('no paper')
  await look()
  await world.simulate('printer', 'fault', { fault: null })
  expect(await printer()).toEqual({ printed: 0, unexpected: 0 })
  await page.getByRole('group').getByRole('button', { name: 'རྫོང་ཁ', exact: true }).click()
  await page.getByRole('button', { name: 'འཛིན་དཔར་འདེབས' }).click()
  await expect.poll(printer).toEqual({ printed: 1, unexpected: 0 })
  await expect(page.getByRole('alert')).toHaveCount(0)
  const paper = await world.simulate('printer', 'paper.png')
  const [code] = await readBarcodes(paper as Buffer, { formats: ['QRCode'] })
  expect(code?.text).toMatch(/^btkiosk:slip:1:/)

  await slipOnPaper(page)
  await page.getByRole('group').getByRole('button', { name: 'English', exact: true }).click()
  await page.getByRole('button', { name: 'Save it as PDF on a stick' }).click()
  await expect(page.getByText('Plug a USB stick into the kiosk')).toBeVisible()
  await look()
  const { folder } = zStick.parse(await world.simulate('stick', 'plug', {}))
  await page.getByRole('button', { name: 'Save on KIOSK STICK' }).click()
  await expect(page.getByText('You can take the stick out')).toBeVisible()
  await look()
  const request = code?.text.split(':')[3] ?? ''
  expect(
    readFileSync(join(folder, `slip-${request.slice(-6)}.pdf`))
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  await world.simulate('stick', 'unplug', {})

  // What the citizen brings back is scanned, and opens the request.
  await page.getByRole('button', { name: 'Requests', exact: true }).click()
  await onScreen(page, 'staff-requests')
  await page.getByText('Choose a request').waitFor()
  await world.simulate('hid', 'scan', { text: code?.text ?? '' })
  await expect(page.getByLabel('Slip, CID number or full name')).toHaveValue(code?.text ?? '')
  await expect(page.locator('[data-screen="staff-requests"] [aria-pressed="true"]')).toContainText(
    request.slice(-6),
  )
  await expect(page.locator('[data-screen="staff-requests"] ol li').first()).toBeVisible()
})

test('a scanner that types is heard on a screen that scans, at its own speed, and nowhere else', async () => {
  const { page } = world
  const typed = async (text: string, pauseMs: number) => {
    // Nothing has the focus, so what is typed reaches no field by itself.
    await page.evaluate('document.activeElement?.blur()')
    await page.keyboard.type(text, { delay: pauseMs })
    await page.keyboard.press('Enter', { delay: 0 })
  }
  const asked = page.locator('#request-query')
  await page.getByRole('button', { name: 'Today', exact: true }).click()
  await onScreen(page, 'staff-today')
  await typed('ELSEWHERE', 0)
  await onScreen(page, 'staff-today')
  await page.getByRole('button', { name: 'Requests', exact: true }).click()
  await onScreen(page, 'staff-requests')
  await expect(asked).toHaveValue('')
  await typed('BY-A-HAND', 120)
  await expect(asked).toHaveValue('')
  // A machine that is busy may type as slowly as a hand for a moment.
  await expect(async () => {
    await typed('BY-A-SCANNER', 0)
    await expect(asked).toHaveValue('BY-A-SCANNER', { timeout: 500 })
  }).toPass()
  await expect(page.getByText('Nothing on this kiosk matches.')).toBeVisible()
})

test('a desk that nobody touches asks, stays on an answer, and signs out without one', async () => {
  const { page } = world
  await page.clock.install()
  await page.reload()
  await page.evaluate("location.hash = '#/staff'")
  if ((await page.getByLabel('Your PIN').count()) > 0) await signInAs(world, 'officer', look)
  await onScreen(page, 'staff-today')
  const question = page.getByRole('dialog')
  await page.clock.fastForward('09:05')
  await expect(question).toBeVisible()
  await look()
  await page.getByRole('button', { name: 'Stay signed in' }).click()
  await expect(question).toBeHidden()
  await onScreen(page, 'staff-today')
  await page.clock.fastForward('09:05')
  await expect(question).toBeVisible()
  await page.clock.fastForward('01:00')
  await onScreen(page, 'staff-sign-in')
  await expect(page.getByText('because nobody touched the screen')).toBeVisible()
})
