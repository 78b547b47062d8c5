/** A day without a link: what was enrolled goes on a stick, the issuer takes it, and its answers come back on the same. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { z } from 'zod'
import { enrolThroughScreens, signInAs } from './staff-enrols.ts'
import { expectAccessible, onScreen, openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
let folder: string
test.beforeAll(async () => {
  world = await openWorld()
  await signInAs(world, 'officer', () => Promise.resolve())
  await world.simulate('link', 'mode', { mode: 'down' })
  await enrolThroughScreens(world, () => Promise.resolve())
})
test.afterAll(async () => {
  await world.end()
})
const look = () => expectAccessible(world.page)
const press = (name: string) => world.page.getByRole('button', { name, exact: true }).click()

/** At the issuer's own machine. */
async function issuer(verb: 'import' | 'receipts'): Promise<unknown> {
  const args = ['dist/sync/issuer/main.js', verb, folder, '--data', join(world.data, 'issuer')]
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
}

test('requests go on a stick, and stay here', async () => {
  const { page } = world
  await press('Stick')
  await onScreen(page, 'staff-stick')
  await look()
  await press('Choose what goes on it')
  await onScreen(page, 'staff-stick-write')
  await expect(page.getByText('Plug a USB stick into the kiosk')).toBeVisible()
  await page.getByLabel('Requests that I choose').check()
  await expect(page.getByText('There is nothing of that to put on a stick')).toBeVisible()
  await page.getByRole('checkbox').first().check()
  await expect(page.getByText('Requests: 1,')).toBeVisible()
  await look()
  await page.getByLabel('What was saved on certain days').check()
  await expect(page.getByText('Requests: 1,')).toBeVisible()
  await page.getByLabel('Everything that is not sent yet').check()
  await world.simulate('stick', 'plug', { readOnly: true })
  await expect(page.getByRole('button', { name: 'Write on KIOSK STICK' })).toBeDisabled()
  folder = z.object({ folder: z.string() }).parse(await world.simulate('stick', 'plug', {})).folder
  await expect(page.getByRole('button', { name: 'Write on KIOSK STICK' })).toBeEnabled()
  await look()
  await press('Write on KIOSK STICK')
  await expect(page.getByText('You can pull the stick out')).toBeVisible()
  await look()
  const [bundle = ''] = readdirSync(join(folder, 'IDKIOSK'))
  expect(readdirSync(join(folder, 'IDKIOSK', bundle)).sort()).toEqual(['HEAD.JWS', 'V0001.BIN'])
  await press('Requests')
  await expect(page.getByText('Waiting to be sent').first()).toBeVisible()
})

test('the answers come back on it, without a link', async () => {
  const { page } = world
  expect(await issuer('import')).toMatchObject([{ ok: true, documents: 1, news: 1 }])
  expect(await issuer('receipts')).toMatchObject([{ ok: true }])
  await press('Stick')
  await press('Look what is on it')
  await onScreen(page, 'staff-stick-read')
  await press('Look at KIOSK STICK')
  await expect(page.getByText('Answers of the central office for this kiosk')).toBeVisible()
  await expect(page.getByText('written by this kiosk')).toBeVisible()
  await look()
  await press('Take what is for here')
  await expect(page.getByText('What is new')).toBeVisible()
  await look()
  await page.getByRole('button', { name: 'Waiting to be sent → Ready to collect' }).click()
  await onScreen(page, 'staff-requests')
  await expect(page.getByText('Ready to collect').first()).toBeVisible()
})

test('a stick that comes and goes is seen', async () => {
  const { page } = world
  await press('Stick')
  await press('Look what is on it')
  await press('Look at KIOSK STICK')
  await expect(page.getByText('Nothing on it has to be taken here')).toBeVisible()
  await world.simulate('stick', 'unplug', {})
  await press('Another stick')
  await expect(page.getByText('Plug a USB stick into the kiosk')).toBeVisible()
  await look()
})
