/** A stick at the desk: what goes on it, what is on it, and what was news. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from '@playwright/test'
import { z } from 'zod'
import { enrolThroughScreens, signInAs } from '../e2e/staff-enrols.ts'
import { onScreen, type World } from '../e2e/world.ts'
import { speak } from './citizen-tour.ts'
import type { LookAt } from './link-tour.ts'

const alsoIn = [
  ['རྫོང་ཁ', 'dz'],
  ['नेपाली', 'ne'],
] as const

export async function stickTour(world: World, look: LookAt): Promise<void> {
  const { page } = world
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const inAll = async (name: string) => {
    await look(page, name)
    for (const [language, short] of alsoIn) {
      await speak(page, language)
      await look(page, `${name}-${short}`)
    }
    await speak(page, 'English')
  }
  await signInAs(world, 'officer', () => Promise.resolve())
  await world.simulate('link', 'mode', { mode: 'down' })
  await enrolThroughScreens(world, () => Promise.resolve())
  await press('Stick')
  await onScreen(page, 'staff-stick')
  await inAll('stick-choice')
  await press('Choose what goes on it')
  await onScreen(page, 'staff-stick-write')
  await look(page, 'stick-none')
  const plugged = await world.simulate('stick', 'plug', {})
  const { folder } = z.object({ folder: z.string() }).parse(plugged)
  await expect(page.getByRole('button', { name: 'Write on KIOSK STICK' })).toBeEnabled()
  await inAll('stick-write')
  await press('Write on KIOSK STICK')
  await expect(page.getByText('You can pull the stick out')).toBeVisible()
  await inAll('stick-written')
  await press('Requests')
  for (const verb of ['import', 'receipts']) {
    const args = ['dist/sync/issuer/main.js', verb, folder, '--data', join(world.data, 'issuer')]
    await promisify(execFile)(process.execPath, args)
  }
  await press('Stick')
  await press('Look what is on it')
  await onScreen(page, 'staff-stick-read')
  await press('Look at KIOSK STICK')
  await expect(page.getByText('Answers of the central office for this kiosk')).toBeVisible()
  await inAll('stick-preview')
  await press('Take what is for here')
  await expect(page.getByText('What is new')).toBeVisible()
  await inAll('stick-news')
}
