/** Each screen of the desk in each of its states. Two enrolments are real; crowds, links and failures are staged. */
import { expect, type Page } from '@playwright/test'
import { closeTheDay, fourEyes } from '../e2e/four-eyes.ts'
import { onScreen, type World } from '../e2e/world.ts'
import { press, type Look, type OnStage } from './citizen-states.ts'
import * as figures from './desk-figures.ts'
import { enrolStates } from './enrol-states.ts'
import { findPicture } from './screen-table.ts'

export interface AtDesk extends OnStage {
  world: World
}
/** Past the blink in which nothing is said. */
export const works = (page: Page) => page.waitForTimeout(700)

export async function staffStates(on: AtDesk): Promise<void> {
  const parts = { signingIn, approving, enrolStates, today, requests, day, sticks }
  for (const [name, part] of Object.entries(parts)) await on.attempt(name, () => part(on))
}

/** Signed in as that one, whoever was before, on Today. */
export async function atDesk({ page, world }: AtDesk, role: string): Promise<void> {
  await toSignIn(page)
  const who = world.ready.signIns.find((one) => one.role === role)
  await page.getByLabel('Your name').selectOption(who?.name ?? '')
  await page.getByLabel('Your PIN').fill(who?.pin ?? '')
  await press(page, 'Sign in')
  await onScreen(page, role === 'technician' ? 'technician' : 'staff-today')
}
async function toSignIn(page: Page): Promise<void> {
  await page.evaluate("location.hash = '#/staff'")
  await page.locator('[data-screen="staff-sign-in"], [data-screen^="staff-"]').first().waitFor()
  const out = page.getByRole('button', { name: 'Sign out', exact: true })
  if (await out.count()) await out.click()
  await onScreen(page, 'staff-sign-in')
}

async function signingIn(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  stage.give('session.names', [])
  await toSignIn(page)
  await look('staff-sign-in-no-names')
  stage.clear()
  await page.evaluate("location.hash = '#/citizen'")
  await onScreen(page, 'citizen-welcome')
  await toSignIn(page)
  await look('staff-sign-in')
  const enter = async () => {
    await page.getByLabel('Your name').selectOption({ index: 1 })
    await page.getByLabel('Your PIN').fill('13579')
    await press(page, 'Sign in')
  }
  stage.refuse('session.signIn', 'sign-in.wrong-pin', { triesLeft: 4 })
  await enter()
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-sign-in-wrong')
  stage.hold('session.signIn')
  await enter()
  await works(page)
  await look('staff-sign-in-working')
  await page.reload()
  stage.refuse('session.signIn', 'sign-in.locked', { seconds: 290 })
  await onScreen(page, 'staff-sign-in')
  await enter()
  await expect(page.getByRole('timer')).toBeVisible()
  await look('staff-sign-in-locked')
  stage.clear()
}

/** The flow of the four eyes and the closed day that follows it, as the end-to-end test walks it. */
async function approving(on: AtDesk): Promise<void> {
  const { world, page, stage, look } = on
  await toSignIn(page)
  await fourEyes(world, async (name) => {
    if (findPicture(name)) await look(name)
    if (name !== 'staff-approve-pin') return
    stage.refuse('approval.approve', 'sign-in.wrong-pin', { triesLeft: 3 })
    // The languages were pressed for the pictures.
    await page.getByLabel('Your PIN').focus()
    await page.keyboard.type('135790')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await look('staff-approve-failed')
    stage.clear()
    await page.getByLabel('Your PIN').focus()
  })
  await closeTheDay(world, look)
}

async function today(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  stage.give('enrolment.drafts', [])
  stage.give('requests.today', { saved: 0, ready: 0, troubled: [] })
  await atDesk(on, 'officer')
  await look('staff-today-empty')
  const anew = async () => {
    await press(page, 'Requests')
    await press(page, 'Today')
    await onScreen(page, 'staff-today')
    await works(page)
  }
  stage.give('enrolment.drafts', figures.manyDrafts().slice(0, 2))
  stage.give('requests.today', { saved: 14, ready: 5, troubled: [] })
  await anew()
  await look('staff-today')
  stage.status(figures.away)
  await look('staff-today-offline')
  stage.give('enrolment.drafts', figures.manyDrafts())
  stage.give('requests.today', { saved: 42, ready: 17, troubled: figures.troubled() })
  stage.status(figures.crowded)
  await anew()
  await look('staff-today-full')
  stage.status(figures.stopped)
  await look('staff-today-stopped')
  stage.status({})
  stage.refuse('enrolment.open', 'save.disk-full')
  await press(page, 'Enrol a citizen')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-today-failed')
  stage.clear()
  await on.world.simulate('sbi', 'service', { up: false })
  await on.world.simulate('printer', 'fault', { fault: 'paper-out' })
  await anew()
  await page.waitForTimeout(2_500)
  await look('staff-today-devices')
  await on.world.simulate('sbi', 'service', { up: true })
  await on.world.simulate('printer', 'fault', { fault: null })
}

async function requests(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  stage.give('requests.list', [])
  await atDesk(on, 'officer')
  await press(page, 'Requests')
  await onScreen(page, 'staff-requests')
  await look('staff-requests-empty')
  stage.give('requests.find', [])
  await page.getByLabel('Slip, CID number or full name').fill('Dechen Wangmo')
  await press(page, 'Search')
  await look('staff-requests-nothing-found')
  stage.clear()
  await press(page, 'Show all')
  await page.locator('[data-screen="staff-requests"] li button').first().waitFor()
  await look('staff-requests')
  await page.locator('[data-screen="staff-requests"] li button').first().click()
  await expect(page.locator('[data-screen="staff-requests"] ol li').first()).toBeVisible()
  await look('staff-requests-one')
  const rows = figures.manyRows()
  stage.give('requests.list', rows)
  if (rows[2]) stage.answer('requests.detail', figures.detailOf(rows[2]))
  await press(page, 'Today')
  await press(page, 'Requests')
  await page.locator('[data-screen="staff-requests"] li button').nth(2).click()
  await works(page)
  await look('staff-requests-full')
  stage.refuse('requests.detail', 'kiosk.bug')
  await page.locator('[data-screen="staff-requests"] li button').nth(1).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-requests-failed')
  stage.clear()
}

async function day(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  const now = new Date().toISOString().slice(0, 10)
  await atDesk(on, 'officer')
  stage.hold('endOfDay.report')
  await press(page, 'End of day')
  await works(page)
  await look('staff-day-working')
  const anew = async () => {
    await press(page, 'Today')
    await press(page, 'End of day')
    await works(page)
  }
  stage.give('endOfDay.report', figures.emptyDay(now))
  await anew()
  await look('staff-day-empty')
  stage.status(figures.away)
  stage.give('endOfDay.report', figures.fullDay(now))
  await anew()
  await look('staff-day-full')
  stage.refuse('endOfDay.close', 'save.failed')
  await press(page, 'Close the day')
  await expect(page.getByRole('alert').first()).toBeVisible()
  await look('staff-day-failed')
  stage.clear()
}

async function sticks(on: AtDesk): Promise<void> {
  const { page, stage, look } = on
  stage.give('sticks.survey', figures.survey)
  stage.give('sticks.media', [])
  await atDesk(on, 'officer')
  await press(page, 'Stick')
  await onScreen(page, 'staff-stick')
  await works(page)
  await look('staff-stick')
  await press(page, 'Choose what goes on it')
  await works(page)
  await look('staff-stick-none')
  stage.give('sticks.media', [figures.stick])
  const write = page.getByRole('button', { name: 'Write on KIOSK STICK' })
  await expect(write).toBeEnabled()
  await look('staff-stick-write')
  stage.tell('sticks.write', figures.writing)
  await write.click()
  await works(page)
  await look('staff-stick-writing')
  stage.emit('sticks.write', { kind: 'end', value: { ok: false, code: 'stick.gone', retry: 'now' } })
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-stick-failed')
  stage.tell('sticks.write', { kind: 'end', value: { ok: true, value: figures.written } })
  await write.click()
  await works(page)
  await look('staff-stick-written')
  await press(page, 'Done')
  stage.give('sticks.media', [])
  await press(page, 'Look what is on it')
  await works(page)
  await look('staff-stick-read-none')
  stage.give('sticks.media', [figures.stick])
  stage.refuse('sticks.look', 'stick.failed')
  const lookAt = page.getByRole('button', { name: 'Look at KIOSK STICK' })
  await lookAt.click()
  await expect(page.getByRole('alert')).toBeVisible()
  await look('staff-stick-read-failed')
  stage.answer('sticks.look', figures.onStick)
  await lookAt.click()
  await works(page)
  await look('staff-stick-read')
  stage.tell('sticks.take', { kind: 'end', value: { ok: true, value: figures.taken() } })
  await press(page, 'Take what is for here')
  await works(page)
  await look('staff-stick-news')
  stage.clear()
}

/** The question whether somebody still sits there, then the sign-in that says why. @param world with a clock that can be moved */
export async function deskIdle(world: World, look: Look): Promise<void> {
  const { page } = world
  await toSignIn(page)
  const who = world.ready.signIns.find(({ role }) => role === 'officer')
  await page.getByLabel('Your name').selectOption(who?.name ?? '')
  await page.getByLabel('Your PIN').fill(who?.pin ?? '')
  await press(page, 'Sign in')
  await onScreen(page, 'staff-today')
  await page.clock.fastForward(9 * 60_000 + 2_000)
  await expect(page.getByRole('dialog')).toBeVisible()
  await look('desk-idle')
  await page.clock.fastForward(61_000)
  await onScreen(page, 'staff-sign-in')
  await look('staff-sign-in-timed-out')
}
