/** Each screen of the self-service door in each of its states. Who stands there and what the host says is staged. */
import { expect, type Page } from '@playwright/test'
import { onScreen } from '../e2e/world.ts'
import { card, offer, question, revealed, somebody } from './citizen-figures.ts'
import { phoneStates } from './phone-states.ts'
import type { Stage } from './stage.ts'
import type { Identified } from '../../main/api/z-citizen.ts'

export type Look = (name: string) => Promise<void>

export interface OnStage {
  page: Page
  stage: Stage
  look: Look
  /** one part of the tour; where it breaks off, that is a finding, and the next begins on a fresh page */
  attempt(name: string, part: () => Promise<void>): Promise<void>
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Ends whatever visit there was and begins one for that wish, as somebody whom the host knows or does not yet. */
export async function visit({ page, stage }: OnStage, wish: string, who?: Identified): Promise<void> {
  const stop = page.getByRole('button', { name: 'Stop and clear', exact: true })
  if (await stop.count()) await stop.first().click()
  await onScreen(page, 'citizen-welcome')
  if (who) stage.answer('citizen.identifyByCard', who)
  else stage.hold('citizen.identifyByCard')
  await page.getByRole('button', { name: 'English' }).click()
  await press(page, wish)
  if (await page.getByRole('button', { name: 'I agree, go on' }).count()) await press(page, 'I agree, go on')
}
const onPhone = 'Put my ID on a phone'
const follow = 'See how my request is going'

export async function citizenStates(on: OnStage): Promise<void> {
  const parts = { beginning, identifying, fingers, tickets, offers, proving, phoneStates, gone }
  for (const [name, part] of Object.entries(parts)) await on.attempt(name, () => part(on))
}

async function beginning({ page, stage, look }: OnStage): Promise<void> {
  await onScreen(page, 'citizen-welcome')
  await look('citizen-welcome')
  stage.status({ link: 'down' })
  await look('citizen-welcome-offline')
  stage.status({})
  await page.getByRole('button', { name: 'English' }).click()
  await look('citizen-choose')
  await press(page, onPhone)
  await look('citizen-consent')
  await press(page, 'Back')
  await press(page, 'Show what is on my card')
  await look('citizen-consent-card')
  stage.hold('citizen.showCard')
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-identify')
  await look('citizen-identify-card')
  await press(page, 'Back')
  stage.answer('citizen.showCard', card)
  await press(page, 'I agree, go on')
  await onScreen(page, 'citizen-card')
  await look('citizen-card')
  await press(page, 'I have seen it, clear it')
  await onScreen(page, 'citizen-welcome')
  await look('citizen-farewell')
}

async function identifying(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  await visit(on, follow)
  await page.waitForTimeout(800)
  await look('citizen-identify')
  stage.refuse('citizen.identifyByCard', 'card.unreadable')
  await press(page, 'Back')
  await press(page, 'I agree, go on')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-identify-card-unread')
  stage.hold('citizen.identifyByCard')
  await press(page, 'Back')
  await press(page, 'I agree, go on')
  await press(page, 'Type the slip number')
  for (const key of ['0', '1', 'K', '7']) await page.locator(`[data-key="${key}"]`).click()
  await look('citizen-identify-typed')
  for (const key of 'M87QCB9CJZQSXPJ8GGAX97') await page.locator(`[data-key="${key}"]`).first().click()
  stage.refuse('citizen.identifyBySlip', 'request.unknown')
  const search = page.locator('[data-screen] button[type="submit"]')
  await search.click()
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-identify-refused')
  stage.hold('citizen.identifyBySlip')
  await search.click()
  await page.waitForTimeout(600)
  await look('citizen-identify-working')
  await page.waitForTimeout(3_000)
  await look('citizen-identify-long')
  stage.clear()
}

async function fingers(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  const asked = somebody('ready', { check: { state: 'finger', finger: 'Right IndexFinger' } })
  const needed = { kind: 'finger', status: 'needed' } as const
  stage.tell('citizen.checkFinger', needed)
  await visit(on, onPhone, asked)
  await onScreen(page, 'citizen-finger')
  await look('citizen-finger')
  stage.tell('citizen.checkFinger', needed, { kind: 'finger', status: 'present' })
  await visit(on, onPhone, asked)
  await look('citizen-finger-seen')
  stage.tell('citizen.checkFinger', needed, { kind: 'no-match', triesLeft: 2, hint: 'finger.too-wet' })
  await visit(on, onPhone, asked)
  await look('citizen-finger-no-match')
  stage.tell('citizen.checkFinger', { kind: 'failed', code: 'finger.no-device', retry: 'now' })
  await visit(on, onPhone, asked)
  await look('citizen-finger-scanner-gone')
  stage.tell('citizen.checkFinger', needed)
  await visit(on, onPhone, somebody('ready', { check: { state: 'sealed' } }))
  await look('citizen-finger-any')
  await visit(on, onPhone, somebody('ready', { check: { state: 'officer', why: 'tries-used' } }))
  await onScreen(page, 'citizen-officer')
  await look('citizen-officer')
  await press(page, 'For the staff: I know who this is')
  await look('citizen-officer-vouches')
  await page.getByLabel('Your name').selectOption({ index: 1 })
  for (const digit of '2468') await press(page, digit)
  stage.refuse('citizen.vouch', 'sign-in.wrong-pin', { triesLeft: 3 })
  await press(page, 'Confirm and go on')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-officer-refused')
  stage.hold('citizen.vouch')
  for (const digit of '2468') await press(page, digit)
  await press(page, 'Confirm and go on')
  await page.waitForTimeout(600)
  await look('citizen-officer-working')
  stage.clear()
}

async function tickets(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  const standing = [
    ['citizen-ticket-queued', somebody('queued')],
    ['citizen-ticket-received', somebody('checking')],
    ['citizen-ticket-ready', somebody('ready')],
    ['citizen-ticket-collected', somebody('collected')],
    ['citizen-ticket-rejected', somebody('rejected')],
    ['citizen-ticket-attention', somebody('needs-attention')],
    ['citizen-ticket-unknown', somebody(undefined)],
  ] as const
  for (const [name, who] of standing) {
    await visit(on, follow, who)
    await onScreen(page, 'citizen-ticket')
    await look(name)
  }
  await visit(on, follow, somebody('ready'))
  stage.refuse('citizen.offer', 'kiosk.bug')
  await press(page, onPhone)
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-ticket-refused')
  stage.hold('citizen.offer')
  await press(page, onPhone)
  await page.waitForTimeout(3_300)
  await look('citizen-ticket-working')
  stage.status({ link: 'down' })
  await visit(on, follow, somebody(undefined))
  await onScreen(page, 'citizen-ticket')
  await look('citizen-ticket-offline')
  stage.clear()
}

async function offers(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  stage.answer('citizen.offer', offer())
  stage.answer('citizen.offerState', { state: 'waiting' })
  await visit(on, onPhone, somebody('ready'))
  await onScreen(page, 'citizen-offer')
  await look('citizen-offer')
  stage.answer('citizen.offerState', { state: 'opened' })
  await page.waitForTimeout(1_800)
  await look('citizen-offer-opened')
  stage.answer('citizen.offerState', { state: 'expired' })
  await page.waitForTimeout(1_800)
  await look('citizen-offer-over')
  stage.refuse('citizen.offer', 'link.down')
  await press(page, 'Get a new code')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-offer-no-new')
  stage.answer('citizen.offer', offer(8))
  stage.answer('citizen.offerState', { state: 'collected' })
  await visit(on, onPhone, somebody('ready'))
  await onScreen(page, 'citizen-done')
  await look('citizen-done')
  await press(page, 'Finish')
  stage.clear()
}

async function proving(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  const prove = 'Prove one fact from my phone'
  await visit(on, prove)
  await onScreen(page, 'citizen-ask')
  await look('citizen-ask')
  stage.refuse('citizen.requestPresentation', 'kiosk.not-commissioned')
  await press(page, 'I am over 18')
  await look('citizen-ask-failed')
  stage.hold('citizen.requestPresentation')
  await press(page, 'I am over 18')
  await page.waitForTimeout(3_300)
  await look('citizen-ask-working')
  stage.status({ link: 'up' })
  stage.answer('citizen.requestPresentation', question())
  await visit(on, prove)
  await press(page, 'I am over 18')
  await onScreen(page, 'citizen-reveal')
  await page.waitForTimeout(800)
  await look('citizen-reveal')
  stage.hold('citizen.collectPresentation')
  await page.locator('[data-screen="citizen-reveal"] .on button').click()
  await page.waitForTimeout(800)
  await look('citizen-reveal-network')
  stage.refuse('citizen.collectPresentation', 'presentation.revoked')
  await visit(on, prove)
  await press(page, 'I am over 18')
  await page.locator('[data-screen="citizen-reveal"] .on button').click()
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-reveal-withdrawn')
  stage.hold('citizen.requestPresentation')
  await page.locator('[role="alert"] button').click()
  await page.waitForTimeout(800)
  await look('citizen-reveal-working')
  for (const provisional of [false, true]) {
    stage.answer('citizen.requestPresentation', question())
    stage.answer('citizen.collectPresentation', revealed(provisional))
    await visit(on, prove)
    await press(page, 'I am over 18')
    await page.locator('[data-screen="citizen-reveal"] .on button').click()
    await onScreen(page, 'citizen-revealed')
    await look(provisional ? 'citizen-revealed-provisional' : 'citizen-revealed')
  }
  stage.clear()
}

/** The host has died: that is the last thing on a page. */
async function gone(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  await visit(on, follow)
  await press(page, 'Back')
  await press(page, 'Back')
  await stage.cut()
  await expect(page.locator('footer [role="alert"]')).toBeVisible({ timeout: 8_000 })
  await look('citizen-host-gone')
}

/** The question whether somebody is still there. @param fresh a page whose clock can be moved */
export async function idleState(fresh: Page, look: Look): Promise<void> {
  await fresh.getByRole('button', { name: 'English' }).click()
  await fresh.clock.fastForward(61_000)
  await expect(fresh.getByRole('dialog')).toBeVisible()
  await look('citizen-idle')
}
