/**
 * What the staff see of a queue that does not go by itself: refused, damaged, set aside, and full. One kiosk whose line
 * and disk had a bad week.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { openDurableStore } from '../../sync/durable-store.ts'
import type { RequestDoc } from '../../sync/z-facts.ts'
import { openQueueWorld, type QueueWorld } from './queue-world.ts'
import { expectAccessible, onScreen } from './world.ts'

// One kiosk, and each step stands on the one before.
test.describe.configure({ mode: 'serial', timeout: 60_000 })

let world: QueueWorld
/** end of the number of each request */
const ends = { refused: '', damaged: '' }
const saved: RequestDoc[] = []

test.beforeAll(async () => {
  world = await openQueueWorld({
    config: { limits: { waiting: 3 } },
    async work({ enrol }) {
      saved.push(await enrol(2_880), await enrol(90), await enrol(5))
      const [damaged, refused] = saved.map(({ _id }) => _id.slice(-6))
      Object.assign(ends, { damaged, refused })
    },
    async damage(folder) {
      const [sha256 = ''] = saved[0]?.parts.map((part) => part.sha256) ?? []
      const path = join(folder, 'blobs', sha256)
      const bytes = readFileSync(path)
      bytes.writeUInt8(bytes.readUInt8(700) ^ 1, 700)
      writeFileSync(path, bytes)
      const outbox = openDurableStore<{ half: boolean }>(join(folder, 'outbox'))
      await outbox.put({ _id: 'request:01M8000000000000000000DAMA', half: true })
      await outbox.close()
    },
    line: 'down',
  })
})
test.afterAll(async () => {
  await world.end()
})

async function signIn(page: Page, role: string): Promise<void> {
  const who = world.signIns.find((one) => one.role === role)
  await page.evaluate("location.hash = '#/staff'")
  await onScreen(page, 'staff-sign-in')
  await page.getByLabel('Your name').selectOption(who?.name ?? '')
  await page.getByLabel('Your PIN').fill(who?.pin ?? '')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
const button = (name: string) => world.page.getByRole('button', { name, exact: true })
const row = (end: string) => world.page.locator('[data-screen="staff-requests"] li button', { hasText: end })

test('a queue that is full stops new enrolments and says what lifts it; the rest goes on', async () => {
  const { page } = world
  await signIn(page, 'officer')
  await onScreen(page, 'staff-today')
  await expect(page.locator('[data-limit="waiting"]')).toContainText(
    '3 requests wait to be sent; 3 are allowed',
  )
  await expect(button('Enrol a citizen')).toBeDisabled()
  await expect(page.getByRole('contentinfo')).toContainText('No new enrolment can begin')
  const staff = { id: 'officer-1', name: 'Pema Dorji', role: 'officer' as const }
  expect((await world.host.services.enrolment.open(staff))._unsafeUnwrapErr()).toEqual({
    code: 'limit.waiting',
  })
  await expectAccessible(page)
})

test('what could not be read is shown in plain words, and nothing of it was thrown away', async () => {
  const { page } = world
  const aside = page.getByRole('article', { name: 'Set aside on this kiosk' })
  await expect(aside).toContainText('A saved request cannot be read')
  await expect(aside).toContainText('Nothing was thrown away')
  await expect(page.getByRole('contentinfo')).toContainText('Set aside, kept: 1')
})

test('refused by the issuer’s server: told as such, offered again, refused again, and taken in the end', async () => {
  const { page, line } = world
  await button('Requests').click()
  await onScreen(page, 'staff-requests')
  await row(ends.refused).click()
  await expect(page.getByText('sent by itself as soon as the link carries it')).toBeVisible()
  line.refuse(saved[1]?._id ?? '')
  line.set('up')
  await expect(page.getByText('The issuer’s server did not take this request')).toBeVisible({
    timeout: 30_000,
  })
  await expect(row(ends.refused)).toContainText('Needs attention')
  await expect(page.getByText('For the technician: not from this office')).toBeVisible()
  await expectAccessible(page)
  await button('Offer it again').click()
  await expect(page.getByText('The issuer refused it again')).toBeVisible()
  await expectAccessible(page)

  line.set('down')
  await expect(page.getByRole('contentinfo')).toContainText('Not connected')
  await button('Offer it again').click()
  await expect(page.getByRole('alert')).toContainText('There is no connection now')
  await expect(button('Offer it again')).toBeVisible()

  line.refuse('')
  line.set('up')
  await expect(page.getByRole('contentinfo')).toContainText('Connected')
  await button('Offer it again').click()
  await expect(page.getByText('The issuer has taken it')).toBeVisible()
  await expect(page.locator('[data-screen="staff-requests"] ol')).toContainText('Ready to collect')
  await expectAccessible(page)
})

test('a damaged picture is called so, on its request and where things are set aside', async () => {
  const { page } = world
  await row(ends.damaged).click()
  await expect(page.getByText('damaged or missing on this kiosk’s disk')).toBeVisible()
  await expect(button('Offer it again')).toHaveCount(0)
  await button('Today').click()
  await onScreen(page, 'staff-today')
  await expect(page.getByText('A picture or fingerprint of a request is damaged')).toBeVisible()
  await expectAccessible(page)
  // Two of the three have gone: there is room for new ones, without anybody doing anything.
  await expect(button('Enrol a citizen')).toBeEnabled({ timeout: 20_000 })
})

test('the technician sees where it lies, why something does not go, and as whom the issuer knows the kiosk', async () => {
  const { page, line } = world
  await button('Sign out').click()
  await signIn(page, 'technician')
  await onScreen(page, 'technician')
  await button('Link and queue').click()
  const aside = page.getByRole('article', { name: 'Set aside' })
  await expect(aside).toContainText('request:01M8000000000000000000DAMA')
  await expect(aside).toContainText(saved[0]?.parts[0]?.sha256 ?? 'a hash')
  const kept = await aside.locator('td code', { hasText: 'set-aside/payload-' }).innerText()
  const { setAsideFolder } = await world.host.services.status.detail()
  expect(readdirSync(join(setAsideFolder, kept.slice('set-aside/'.length)))).toEqual(['kept', 'reason.json'])

  await expect(page.locator('[data-lane]')).toHaveCount(3)
  await expect(page.getByRole('article', { name: 'The link in the last 14 days' })).toContainText('connected')
  line.set('unauthorised')
  await expect(page.getByText('Registered as kiosk-001')).toBeVisible()
  await expect(page.getByRole('img', { name: 'Code for the issuer’s support' })).toBeVisible()
  await expect(page.locator('[data-lane="answers"]')).toContainText('when the link is back')
  await expectAccessible(page)
})
