/** The demonstration's phone in Chromium, against the issuer's own doors and the kiosk's side of each code. */
import { expect, test } from '@playwright/test'
import { readHolderProof } from '../../main/credentials/handover/pairing.ts'
import { readHandOverReceipt, sealedSha256 } from '../../main/credentials/handover/receipt.ts'
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

async function paired(phone: PhonePage) {
  const pairing = world.pairing('collect')
  await phone.read(pairing.text)
  await phone.on('pair')
  await phone.goOn()
  const answer = await phone.shown('holder')
  return (await readHolderProof(answer, pairing, Date.now()))._unsafeUnwrap()
}

test('pairs, catches an ID frame by frame, shows the receipt, and has it after a reload', async () => {
  const phone = await openPhonePage(world.browser, world.phone.url)
  const { page } = phone
  await expectAccessible(page)
  const holder = await paired(phone)
  await expect(page.getByTestId('mark')).toHaveText(holder.mark)
  await expectAccessible(page)
  const handOver = await world.handOver(holder, { portrait })
  await phone.read(...handOver.animated.slice(0, 2))
  await expect(page.getByTestId('caught')).toHaveAttribute('aria-valuenow', '2')
  await expectAccessible(page)
  await phone.read(...handOver.animated.slice(3))
  const receipt = await phone.shown('receipt')
  const { jkt } = holder
  const expected = { transfer: handOver.transfer, sha256: sealedSha256(handOver.sealed), jkt }
  expect((await readHandOverReceipt(receipt, expected)).isOk()).toBe(true)
  await expectAccessible(page)
  await page.reload()
  await expect(phone.cards()).toHaveAttribute('data-state', 'good')
  await expect(page.getByTestId('id-name')).toHaveText('Karma Dorji')
  await phone.cards().click()
  await phone.on('id')
  await expect(page.getByText('Thimphu')).toBeVisible()
  await expectAccessible(page)
  await phone.close()
})
