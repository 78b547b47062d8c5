/** The way to a phone that has no network, screen by screen, in each state. */
import { expect, type Page } from '@playwright/test'
import { onScreen } from '../e2e/world.ts'
import type { HandOver } from '../../main/api/z-handover.ts'
import { handOver, pairing, somebody, ticket } from './citizen-figures.ts'
import { press, visit, type OnStage } from './citizen-states.ts'

const onPhone = 'Put my ID on a phone'
const queued = () => somebody('collected', { phone: 'queue' })
const lies = () => somebody('ready', { phone: 'collect' })
const answerOfPhone = 'btkiosk:holder:1:of-the-pictures'
/** Past the blink in which nothing is said. */
const works = (page: Page) => page.waitForTimeout(600)

export async function phoneStates(on: OnStage): Promise<void> {
  await why(on)
  await begin(on)
  await pair(on)
  await safe(on)
  await giving(on)
}

/** The phone's answer comes by the scanner beside the glass. */
async function holdUp({ page, stage }: OnStage, text: string): Promise<void> {
  await page.waitForTimeout(200)
  stage.emit('devices.scannedCodes', { text })
}

async function why(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  await visit(on, onPhone, somebody('collected'))
  await onScreen(page, 'citizen-phone-why')
  await look('citizen-phone-why')
  stage.refuse('citizen.pair', 'kiosk.bug')
  await page.getByRole('button', { name: 'I lost my phone' }).click()
  await look('citizen-phone-why-failed')
  stage.hold('citizen.pair')
  await page.getByRole('button', { name: 'I lost my phone' }).click()
  await works(page)
  await look('citizen-phone-why-working')
  stage.status({ link: 'down' })
  await visit(on, onPhone, queued())
  await look('citizen-phone-why-offline')
  stage.clear()
}

async function begin(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  stage.hold('citizen.pair')
  await visit(on, onPhone, lies())
  await onScreen(page, 'citizen-phone-begin')
  await works(page)
  await look('citizen-phone-begin-working')
  stage.refuse('citizen.pair', 'kiosk.bug')
  await visit(on, onPhone, lies())
  await onScreen(page, 'citizen-phone-begin')
  await look('citizen-phone-begin-failed')
  stage.clear()
}

async function toPair(on: OnStage): Promise<void> {
  on.stage.answer('citizen.pair', pairing())
  await visit(on, onPhone, queued())
  await on.page.getByRole('button', { name: 'I lost my phone' }).click()
  await onScreen(on.page, 'citizen-phone-pair')
}

async function pair(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  await toPair(on)
  await works(page)
  await look('citizen-phone-pair')
  stage.refuse('citizen.paired', 'pairing.wrong-nonce')
  await holdUp(on, answerOfPhone)
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-phone-pair-failed')
  stage.hold('citizen.paired')
  await toPair(on)
  await holdUp(on, answerOfPhone)
  await works(page)
  await look('citizen-phone-pair-working')
}

async function toMark(on: OnStage, waiting: boolean): Promise<void> {
  on.stage.answer('citizen.paired', { mark: 'K7QP', waiting })
  await toPair(on)
  await holdUp(on, answerOfPhone)
  await onScreen(on.page, 'citizen-phone-mark')
}

async function safe(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  await toMark(on, false)
  await look('citizen-phone-mark')
  stage.refuse('citizen.queueReissue', 'save.disk-full')
  await press(page, 'Yes, the same')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-phone-mark-failed')
  stage.hold('citizen.queueReissue')
  await press(page, 'Yes, the same')
  await works(page)
  await look('citizen-phone-mark-working')
  stage.answer('citizen.queueReissue', ticket())
  await toMark(on, false)
  await press(page, 'Yes, the same')
  await onScreen(page, 'citizen-ticket')
  await look('citizen-phone-safe')
  await press(page, 'My phone has its own network')
  await onScreen(page, 'citizen-phone-later')
  await look('citizen-phone-later')
}

async function giving(on: OnStage): Promise<void> {
  const { page, stage, look } = on
  stage.refuse('citizen.handOver', 'handover.other-phone')
  await toMark(on, true)
  await press(page, 'Yes, the same')
  await onScreen(page, 'citizen-phone-other')
  await look('citizen-phone-other')
  stage.refuse('citizen.pair', 'kiosk.bug')
  await press(page, 'I have that phone here')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-phone-other-failed')
  stage.hold('citizen.pair')
  await press(page, 'I have that phone here')
  await works(page)
  await look('citizen-phone-other-working')

  stage.answer('citizen.handOver', handOver())
  await toMark(on, true)
  await press(page, 'Yes, the same')
  await onScreen(page, 'citizen-hand-over')
  await works(page)
  await look('citizen-hand-over')
  stage.refuse('citizen.received', 'handover.receipt-wrong')
  await received(on, handOver())
  await expect(page.getByRole('alert')).toBeVisible()
  await look('citizen-hand-over-failed')
  stage.hold('citizen.received')
  await received(on, handOver())
  await works(page)
  await look('citizen-hand-over-working')
  stage.answer('citizen.received', null)
  await received(on, { ...handOver(), what: 'provisional', validUntil: new Date().toISOString() })
  await onScreen(page, 'citizen-done')
  await look('citizen-done-provisional')
  await press(page, 'Finish')
  stage.clear()
}

async function received(on: OnStage, given: HandOver): Promise<void> {
  on.stage.answer('citizen.handOver', given)
  await toMark(on, true)
  await press(on.page, 'Yes, the same')
  await onScreen(on.page, 'citizen-hand-over')
  await holdUp(on, 'btkiosk:receipt:1:of-the-pictures')
}
