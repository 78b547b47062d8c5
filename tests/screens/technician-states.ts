/** The workshop in each of its states: all well, something unplugged, tested, a link in trouble, a queue that stands. */
import { expect } from '@playwright/test'
import { exampleDiary, linkStates } from './link-states.ts'
import * as figures from './desk-figures.ts'
import { press } from './citizen-states.ts'
import { onScreen } from '../e2e/world.ts'
import { atDesk, type AtDesk } from './staff-states.ts'

export async function technicianStates(on: AtDesk): Promise<void> {
  const parts = { workshop, tests, trouble, links, kiosk }
  for (const [name, part] of Object.entries(parts)) await on.attempt(name, () => part(on))
}

async function workshop(on: AtDesk): Promise<void> {
  const { page, look } = on
  await atDesk(on, 'technician')
  await expect(page.locator('[data-device][data-state="ready"]').first()).toBeVisible()
  await look('technician')
}

async function tests(on: AtDesk): Promise<void> {
  const { page, look, world } = on
  await atDesk(on, 'technician')
  await world.simulate('card', 'insert', { card: 'genuine' })
  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  for (const kind of ['card-reader', 'fingerprint-scanner', 'camera'])
    await page.locator(`[data-device="${kind}"]`).getByRole('button', { name: 'Test it' }).click()
  await expect(page.getByText('of this office')).toBeVisible()
  await expect(page.locator('[data-device="fingerprint-scanner"] img')).toBeVisible()
  await look('technician-tests')
}

async function trouble(on: AtDesk): Promise<void> {
  const { page, look, world } = on
  await atDesk(on, 'technician')
  await world.simulate('sbi', 'service', { up: false })
  await world.simulate('printer', 'fault', { fault: 'cover-open' })
  await expect(page.locator('[data-picture="cable"]')).toBeVisible()
  await expect(page.locator('[data-picture="cover"]')).toBeVisible()
  await look('technician-trouble')
  await world.simulate('sbi', 'service', { up: true })
  await world.simulate('printer', 'fault', { fault: null })
}

async function links(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  const staged = [
    ['technician-offline', figures.away, linkStates['offline']],
    ['technician-stalled', linkStates['stalled']?.status ?? {}, linkStates['stalled']],
    ['technician-full', figures.crowded, linkStates['set-aside']],
  ] as const
  stage.give('status.diary', exampleDiary())
  for (const [name, status, state] of staged) {
    const given = state?.detail ?? {}
    stage.alter('status.detail', given)
    await atDesk(on, 'technician')
    await press(page, 'Link and queue')
    await onScreen(page, 'technician-link')
    stage.status({
      ...status,
      ...(name === 'technician-full' && { setAside: state?.status?.setAside ?? [] }),
    })
    await expect(page.locator('[data-lane]')).toHaveCount(3)
    await look(name)
  }
  stage.clear()
  await atDesk(on, 'technician')
  await press(page, 'Link and queue')
  await expect(page.locator('[data-lane]')).toHaveCount(3)
  await look('technician-link')
}

async function kiosk(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  stage.give('care.unsent', { requests: 0, approvals: 0, drafts: 0, carriedBytes: 0, setAside: 0 })
  await atDesk(on, 'technician')
  await press(page, 'This kiosk')
  await expect(page.getByRole('button', { name: 'Make this kiosk as new …' })).toBeEnabled()
  await look('technician-kiosk')
  stage.give('care.unsent', { requests: 3, approvals: 1, drafts: 2, carriedBytes: 4_200_000, setAside: 0 })
  await atDesk(on, 'technician')
  await press(page, 'This kiosk')
  await expect(page.getByText('this is on this kiosk and nowhere else')).toBeVisible()
  await look('technician-kiosk-unsent')
  stage.clear()
}
