/** The workshop: devices pulled out and put back, tested with the real thing, given a role, and reported on a stick. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test, type Locator } from '@playwright/test'
import { z } from 'zod'
import { zHardwareReport } from '../../main/api/z-hardware-report.ts'
import { signInAs } from './staff-enrols.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
test.beforeAll(async () => {
  world = await openWorld()
  await signInAs(world, 'technician', () => Promise.resolve())
  await onScreen(world.page, 'technician')
})
test.afterAll(async () => {
  await world.end()
})
const card = (kind: string): Locator => world.page.locator(`[data-device="${kind}"]`)
const press = (kind: string, name: string) => card(kind).getByRole('button', { name }).click()

test('what is unplugged is seen, drawn and explained, and is ready again in its socket', async () => {
  const scanner = card('fingerprint-scanner')
  await expect(scanner).toHaveAttribute('data-state', 'ready')
  await world.simulate('sbi', 'service', { up: false })
  await expect(scanner).toHaveAttribute('data-state', 'gone')
  await expect(scanner.locator('[data-picture="cable"] svg')).toBeVisible()
  await expect(scanner).toContainText('Unplugged')
  await expectAccessible(world.page)
  await world.simulate('sbi', 'service', { up: true })
  await expect(scanner).toHaveAttribute('data-state', 'ready')

  if (world.ready.simulators['hid']) {
    await world.simulate('hid', 'unplug', {})
    await expect(card('code-scanner')).toHaveAttribute('data-state', 'gone')
    await world.simulate('hid', 'plug', {})
    await expect(card('code-scanner')).toHaveAttribute('data-state', 'ready')
  }
  await world.simulate('printer', 'fault', { fault: 'cover-open' })
  await expect(card('receipt-printer').locator('[data-picture="cover"] svg')).toBeVisible()
  await expect(card('receipt-printer')).toContainText('Close it until it clicks')
  await world.simulate('printer', 'fault', { fault: null })
  await expect(card('receipt-printer')).toHaveAttribute('data-state', 'ready')
})

test('each test uses the real thing, and shows nothing of a citizen', async () => {
  const { page } = world
  await world.simulate('card', 'insert', { card: 'genuine' })
  await expect(card('card-reader')).toContainText('holds a card')
  await press('card-reader', 'Test it')
  await expect(card('card-reader')).toContainText('of this office')
  await expect(card('card-reader')).toContainText('valid')
  await world.simulate('card', 'insert', { card: 'passport-pace' })
  await press('card-reader', 'Test it')
  await expect(card('card-reader')).toContainText('passport or travel document')
  await world.simulate('card', 'insert', { card: 'broken-signature' })
  await press('card-reader', 'Test it')
  await expect(card('card-reader').locator('[data-picture="forged"]')).toBeVisible()
  await world.simulate('card', 'remove', {})
  await press('card-reader', 'Test it')
  await press('card-reader', 'Stop the test')
  await expect(card('card-reader').getByRole('button', { name: 'Test it' })).toBeVisible()

  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  await press('fingerprint-scanner', 'Test it')
  await expect(card('fingerprint-scanner').getByRole('img')).toBeVisible()
  await expectAccessible(page)
  await press('fingerprint-scanner', 'Take a picture')
  await expect(card('fingerprint-scanner')).toContainText('Lowest quality')
  await expect(card('fingerprint-scanner').getByRole('img')).toHaveCount(0)

  await press('camera', 'Test it')
  await expect(card('camera')).toContainText('pixels')
  await press('camera', 'Close the picture')
  await press('receipt-printer', 'Test it')
  await expect(card('receipt-printer')).toContainText('three scripts')
  if (world.ready.simulators['hid']) {
    await press('code-scanner', 'Test it')
    await expect(card('code-scanner')).toContainText('Hold any code')
    await world.simulate('hid', 'scan', { text: 'BT-CODE-0001' })
    await expect(card('code-scanner')).toContainText('12')
    await expect(page.getByText('BT-CODE-0001')).toHaveCount(0)
    await press('code-scanner', 'Make it beep')
  }
  await expectAccessible(page)
})

test('a role is kept, and the report on the stick says what was seen', async () => {
  const { page } = world
  const role = () => card('card-reader').getByLabel('Serves')
  await role().selectOption('citizens only')
  await expect(card('card-reader').getByText('kept')).toBeVisible()
  await page.reload()
  await expect(role()).toHaveValue('citizen')

  await page.getByRole('button', { name: 'Save a hardware report' }).click()
  await expect(page.getByText('Plug a USB stick into the kiosk')).toBeVisible()
  await world.simulate('stick', 'plug', { readOnly: true })
  await expect(page.getByRole('button', { name: 'Save on KIOSK STICK' })).toBeDisabled()
  const { folder } = z.object({ folder: z.string() }).parse(await world.simulate('stick', 'plug', {}))
  await page.getByRole('button', { name: 'Save on KIOSK STICK' }).click()
  await expect(page.getByText('You can take the stick out')).toBeVisible()
  const { files } = z.object({ files: z.array(z.string()) }).parse(await world.simulate('stick', 'state'))
  const read = (end: string) => readFileSync(join(folder, files.find((name) => name.endsWith(end)) ?? ''))
  expect(files).toHaveLength(2)
  expect(read('.pdf').subarray(0, 5).toString()).toBe('%PDF-')
  const report = zHardwareReport.parse(JSON.parse(read('.json').toString()))
  const reader = report.devices.find(({ kind }) => kind === 'card-reader')
  expect(reader).toMatchObject({ role: 'citizen', state: 'ready' })
  expect(reader?.tests.map(({ passed }) => passed)).toEqual([true, true, false, false])
  expect(reader?.tests[2]?.cause?.remedy).toContain('trust list')
  for (const kind of ['camera', 'fingerprint-scanner', 'receipt-printer'] as const)
    expect(report.devices.find((one) => one.kind === kind)?.tests[0]?.passed, kind).toBe(true)
  expect(read('.json').toString()).not.toContain('BT-CODE-0001')
})

test('whom this kiosk believes is seen with its keys, and looked at again by a button', async () => {
  const { page } = world
  await page.getByRole('button', { name: 'This kiosk', exact: true }).click()
  const panel = page.getByRole('article', { name: 'Whom this kiosk believes' })
  await expect(panel).toContainText('commissioned this kiosk')
  await expect(panel).toContainText('Only from the signed list of')
  await expect(panel.getByText('Good', { exact: true }).first()).toBeVisible()
  await panel.getByRole('button', { name: 'Check now' }).click()
  await expect(panel.getByRole('button', { name: 'Check now' })).toBeVisible()
  for (const size of [
    { width: 1366, height: 768 },
    { width: 1280, height: 800 },
  ]) {
    await page.setViewportSize(size)
    await panel.scrollIntoViewIfNeeded()
    await page.screenshot({ path: `test-results/trust-panel-${size.width}.png` })
  }
  await expectAccessible(page)
})

test('what helps support is saved on a stick, and a kiosk is not made as new by mistake', async () => {
  const { page } = world
  const { folder } = z.object({ folder: z.string() }).parse(await world.simulate('stick', 'plug', {}))
  await page.getByRole('button', { name: 'Save the diagnostics on a stick' }).click()
  await page.getByRole('button', { name: 'Save on KIOSK STICK' }).click()
  await expect(page.getByText('You can take the stick out')).toBeVisible()
  const [file = ''] = readdirSync(folder).filter((name) => name.startsWith('diagnostics-'))
  const saved: unknown = JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString())
  expect(saved).toMatchObject({ kiosk: { demo: true }, audit: { whole: true } })
  await page.getByRole('button', { name: 'Make this kiosk as new …' }).click()
  await page.getByLabel('Type RESET if you mean it').fill('no')
  await page.getByLabel('Your PIN').fill('864209')
  await page.getByRole('button', { name: 'Erase everything now' }).click()
  await expect(page.getByRole('alert')).toContainText('Nothing was erased')
  await expectAccessible(page)
})
