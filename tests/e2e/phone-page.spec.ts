/** The demonstration's phone in Chromium, against the issuer's own doors and the kiosk's side of each code. */
import { randomBytes } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { readHolderProof } from '../../main/credentials/handover/pairing.ts'
import { readHandOverReceipt, sealedSha256 } from '../../main/credentials/handover/receipt.ts'
import { createPresentationRequest } from '../../main/credentials/presentation-request.ts'
import { trustDids } from '../../main/credentials/trusted-issuers.ts'
import { verifyPresentation } from '../../main/credentials/verify-presentation.ts'
import type { ClaimName } from '../../main/credentials/z-foundational.ts'
import { listsOf } from '../unit/credentials/wallet.ts'
import { openPhonePage, type PhonePage } from './phone-page.ts'
import { openPhoneWorld, portrait, type PhoneWorld } from './phone-world.ts'
import { expectAccessible } from './world.ts'

let world: PhoneWorld
test.beforeAll(async () => {
  world = await openPhoneWorld()
})
test.afterAll(async () => {
  await world.end()
})

async function paired(phone: PhonePage, look: () => Promise<void> = async () => undefined) {
  const pairing = world.pairing('collect')
  await phone.read(pairing.text)
  await phone.on('pair')
  await look()
  await phone.goOn()
  const answer = await phone.shown('holder')
  await look()
  return (await readHolderProof(answer, pairing, Date.now()))._unsafeUnwrap()
}

const question = (claims: ClaimName[], purpose = 'prove-adult') =>
  createPresentationRequest({
    id: 'q1',
    claims,
    asker: { office: 'Thimphu Thromde', purpose },
    clock: { now: () => Date.now() },
    random: (bytes) => randomBytes(bytes),
  })

for (const language of ['en', 'dz', 'ne'] as const) {
  test(`every screen is accessible in ${language}, on the way of one ID onto the phone and out of it`, async () => {
    const phone = await openPhonePage(world.browser, world.phone.url)
    const { page } = phone
    const look = () => expectAccessible(page)
    await page.getByTestId('settings').click()
    await page.getByTestId(`language-${language}`).click()
    await look()
    await phone.home()
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    await look()
    const holder = await paired(phone, look)
    const handOver = await world.handOver(holder, { portrait })
    await phone.read(...handOver.animated.slice(0, 2), 'https://example.org/')
    await expect(page.getByTestId('caught')).toHaveAttribute('aria-valuenow', '2')
    await look()
    await phone.read(...handOver.animated.slice(3))
    await phone.shown('receipt')
    await look()
    await phone.home()
    await look()
    await phone.cards().click()
    await phone.on('id')
    await look()
    await phone.read((await world.offer()).uri)
    await phone.on('offer')
    await look()
    await page.getByTestId('tx-code').fill('x'.repeat(6))
    await phone.goOn()
    await phone.on('failed')
    await look()
    await phone.read(question(['ageOver18']).text)
    await phone.on('ask')
    await look()
    await phone.goOn()
    await phone.shown('answer')
    await look()
    await phone.close()
  })
}

test('what it caught is receipted so that the kiosk believes it, and is there after a reload', async () => {
  const phone = await openPhonePage(world.browser, world.phone.url)
  const { page } = phone
  const holder = await paired(phone)
  await expect(page.getByTestId('mark')).toHaveText(holder.mark)
  const handOver = await world.handOver(holder)
  await phone.read(...handOver.frames)
  const { transfer, sealed } = handOver
  const expected = { transfer, sha256: sealedSha256(sealed), jkt: holder.jkt }
  expect((await readHandOverReceipt(await phone.shown('receipt'), expected)).isOk()).toBe(true)
  await page.reload()
  await expect(phone.cards()).toHaveAttribute('data-state', 'good')
  await expect(page.getByTestId('id-name')).toHaveText('Karma Dorji')

  await phone.read(question(['ageOver18', 'dateOfBirth']).text)
  await expect(page.getByTestId('failed')).toHaveAttribute('data-code', 'request.too-much')
  await expect(page.getByTestId('too-much')).toHaveText(['Date of birth'])

  const asked = question(['ageOver18'])
  await phone.read(asked.text)
  await phone.on('ask')
  await expect(page.getByTestId('asked-by')).toContainText('Thimphu Thromde')
  await expect(page.getByTestId('asked-why')).toContainText('over 18')
  await expect(page.getByTestId('asked-field')).toHaveText(['Yes'])
  await phone.goOn()
  const issuerKey = world.keys.signing
  const lists = await listsOf(issuerKey, [], new Date(Date.now() - 60_000), `${world.url}/status/1`)
  const verified = await verifyPresentation({
    answer: await phone.shown('answer'),
    asked,
    trustedIssuers: trustDids([issuerKey.did]),
    statusList: (at) => lists.get(at),
    oldestStatusDays: 30,
    clock: { now: () => Date.now() },
  })
  expect(verified._unsafeUnwrap().claims).toEqual({ ageOver18: true })
  await phone.close()
})

test('reads the codes of a kiosk with its camera, the frames of an animated one too', async () => {
  const phone = await openPhonePage(world.browser, world.phone.url)
  const pairing = world.pairing('collect')
  await world.see(pairing.text)
  await phone.goOn()
  await phone.on('pair')
  await phone.goOn()
  const holder = await readHolderProof(await phone.shown('holder'), pairing, Date.now())
  const { animated } = await world.handOver(holder._unsafeUnwrap())
  await phone.goOn()
  await phone.on('scan')
  // Every third is lost, and mixtures stand in for them.
  for (const frame of animated.filter((_, at) => at % 3 !== 1)) {
    await world.see(frame)
    await phone.page.waitForTimeout(150)
    if (await phone.page.locator('[data-screen="phone-show-receipt"]').isVisible()) break
  }
  await phone.shown('receipt')
  await phone.close()
})

test('collects an offer with the digits that the kiosk shows, and not with others', async () => {
  const phone = await openPhonePage(world.browser, world.phone.url)
  const { uri, txCode } = await world.offer()
  const wrong = String((Number(txCode) + 1) % 1_000_000).padStart(6, '0')
  for (const [digits, screen] of [
    [wrong, 'failed'],
    [txCode, 'received'],
  ] as const) {
    await phone.read(uri)
    await phone.on('offer')
    await phone.page.getByTestId('tx-code').fill(digits)
    await phone.goOn()
    await phone.on(screen)
  }
  await phone.home()
  await expect(phone.cards()).toHaveCount(1)
  await phone.close()
})

test('an offer that a kiosk made without a link is kept, and comes by itself once it is decided', async () => {
  const phone = await openPhonePage(world.browser, world.phone.url)
  const { page } = phone
  const later = world.later(await paired(phone))
  await phone.read(later.uri)
  await phone.on('offer')
  await page.getByTestId('tx-code').fill(later.txCode)
  await phone.goOn()
  await phone.on('awaited')
  await expectAccessible(page)
  await phone.home()
  const ask = page.getByTestId('awaited').locator('button').first()
  await expect(ask).toBeVisible()
  expect(await later.arrive()).toBe(true)
  await ask.click()
  await expect(ask).not.toHaveAttribute('aria-busy', 'true')
  await expect(phone.cards()).toHaveCount(0)
  expect(world.collected).not.toContain(later.request)
  later.decide()
  await page.reload()
  await expect(phone.cards()).toHaveCount(1)
  await expect(page.getByTestId('awaited')).toHaveCount(0)
  await expect.poll(() => world.collected).toContain(later.request)
  await phone.close()
})

test('an ID for another phone stays closed; after "start afresh" nothing is left and the phone is another', async () => {
  const [phone, other] = [
    await openPhonePage(world.browser, world.phone.url),
    await openPhonePage(world.browser, world.phone.url),
  ]
  const { page } = phone
  const [mine, its] = [await paired(phone), await paired(other)]
  await phone.read(...(await world.handOver(its)).frames)
  await expect(page.getByTestId('failed')).toHaveAttribute('data-code', 'transfer.not-mine')
  await phone.read(...(await world.handOver(mine)).frames)
  await phone.shown('receipt')
  await phone.home()
  await page.getByTestId('settings').click()
  await page.locator('button.danger').click()
  await page.locator('button.danger').click()
  await phone.on('home')
  await expect(phone.cards()).toHaveCount(0)
  expect((await paired(phone)).jkt).not.toBe(mine.jkt)
  await Promise.all([phone.close(), other.close()])
})
