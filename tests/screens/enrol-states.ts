/** One enrolment from the card to the slip, and at each step what else a person can meet there. */
import { expect } from '@playwright/test'
import { onScreen } from '../e2e/world.ts'
import { press } from './citizen-states.ts'
import * as figures from './desk-figures.ts'
import { atDesk, works, type AtDesk } from './staff-states.ts'

export async function enrolStates(on: AtDesk): Promise<void> {
  const { world } = on
  await atDesk(on, 'officer')
  await world.simulate('camera', 'show', { show: 'face' })
  await world.simulate('card', 'remove', {})
  await card(on)
  await form(on)
  await portrait(on)
  await fingers(on)
  await consentAndSign(on)
  await slip(on)
}

async function card(on: AtDesk): Promise<void> {
  const { page, stage, look, world } = on
  await press(page, 'Enrol a citizen')
  await onScreen(page, 'staff-enrol-card')
  await look('staff-enrol-card')
  stage.refuse('enrolment.readCard', 'card.unreadable')
  await press(page, 'Read the card')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-enrol-card-failed')
  stage.hold('enrolment.readCard')
  stage.hold('calls.stop')
  await press(page, 'Read the card')
  await page.waitForTimeout(3_300)
  await look('staff-enrol-card-working')
  await again(on)
  await press(page, 'Read a passport or another ID')
  await works(page)
  await look('staff-enrol-card-passport')
  await press(page, 'Read the office card instead')
  await world.simulate('card', 'insert', { card: 'genuine' })
  await expect(page.getByText('The card is genuine')).toBeVisible()
  await look('staff-enrol-card-read')
  await press(page, 'Go on to the details')
}

/** Nobody answers a held call any more: the page is loaded anew, and the draft taken up where it was. */
async function again(on: AtDesk): Promise<void> {
  on.stage.clear()
  await on.page.reload()
  await on.page.locator('[data-screen="staff-sign-in"], [data-screen="staff-today"]').first().waitFor()
  await atDesk(on, 'officer')
  await on.page.getByRole('button', { name: 'Go on', exact: true }).first().click()
}

async function form(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  await onScreen(page, 'staff-enrol-form')
  await expect(page.locator('#field-cid')).not.toHaveValue('')
  await look('staff-enrol-form')
  const village = await page.locator('#field-village').inputValue()
  const name = await page.locator('#field-fullName').inputValue()
  await page.locator('#field-fullName').fill('')
  await page.locator('#field-village').fill('')
  await press(page, 'Go on to the portrait')
  await works(page)
  await look('staff-enrol-form-problems')
  await page.locator('#field-fullName').fill(name)
  stage.refuse('enrolment.saveFields', 'save.disk-full')
  await page.locator('#field-village').fill(village || 'Bonday')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-enrol-form-failed')
  stage.clear()
  await page.locator('#field-village').fill(`${village || 'Bonday'} `)
  await works(page)
  await press(page, 'Go on to the portrait')
  await onScreen(page, 'staff-enrol-portrait')
}

async function portrait(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  await page.waitForTimeout(900)
  await look('staff-enrol-portrait')
  stage.refuse('enrolment.savePortrait', 'portrait.uneven-light')
  await press(page, 'Take the picture')
  await expect(page.getByText('Is the check wrong for this person?')).toBeVisible()
  await look('staff-enrol-portrait-refused')
  stage.hold('enrolment.savePortrait')
  await press(page, 'Take it again')
  await page.waitForTimeout(900)
  await press(page, 'Take the picture')
  await works(page)
  await look('staff-enrol-portrait-working')
  await again(on)
  await onScreen(page, 'staff-enrol-portrait')
  await page.waitForTimeout(900)
  await press(page, 'Take the picture')
  await expect(page.getByText('The portrait is kept')).toBeVisible()
  await look('staff-enrol-portrait-kept')
  await press(page, 'Go on to the fingerprints')
}

async function fingers(on: AtDesk): Promise<void> {
  const { page, stage, look, world } = on
  await onScreen(page, 'staff-enrol-fingers')
  await world.simulate('sbi', 'finger', { quality: 82, present: true })
  await works(page)
  await look('staff-enrol-fingers')
  stage.refuse('enrolment.captureFingers', 'finger.none-seen')
  await press(page, 'Scan these fingers')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-enrol-fingers-failed')
  stage.hold('enrolment.captureFingers')
  await press(page, 'Scan these fingers')
  await page.waitForTimeout(3_300)
  await look('staff-enrol-fingers-working')
  await again(on)
  await press(page, 'Scan these fingers')
  await expect(page.locator('[data-done="true"]')).toHaveCount(3, { timeout: 40_000 })
  await look('staff-enrol-fingers-done')
  await press(page, 'Go on to the review')
}

async function consentAndSign(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  await onScreen(page, 'staff-enrol-consent')
  await works(page)
  await look('staff-enrol-consent')
  stage.refuse('enrolment.consent', 'save.failed')
  await press(page, 'I agree, everything is right')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-enrol-consent-failed')
  stage.clear()
  await press(page, 'I agree, everything is right')
  await onScreen(page, 'staff-enrol-sign')
  await look('staff-enrol-sign')
  stage.refuse('enrolment.submit', 'save.disk-full')
  await press(page, 'Sign and save')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-enrol-sign-failed')
  stage.hold('enrolment.submit')
  await press(page, 'Sign and save')
  await works(page)
  await look('staff-enrol-sign-working')
  await again(on)
  await onScreen(page, 'staff-enrol-sign')
}

async function slip(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  await press(page, 'Sign and save')
  await onScreen(page, 'staff-slip')
  await works(page)
  await look('staff-slip')
  stage.status(figures.away)
  await look('staff-slip-offline')
  stage.refuse('requests.printSlip', 'printer.paper-out')
  await press(page, 'Print the slip')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-slip-no-paper')
  stage.clear()
  await press(page, 'Back to Today')
  // A form that nothing has filled in yet.
  await press(page, 'Enrol a citizen')
  await press(page, 'Go on without a card')
  await onScreen(page, 'staff-enrol-form')
  await look('staff-enrol-form-empty')
  await press(page, 'Leave, keep it for later')
}
