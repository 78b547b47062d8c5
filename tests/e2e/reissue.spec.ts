/**
 * A phone was lost and the cable is out: the citizen leaves with a provisional ID on another phone, comes back for the real
 * one, and proves one fact with either; through the screens, the codes held to a camera file and to the phone's own page.
 */
import { existsSync } from 'node:fs'
import { test } from '@playwright/test'
import { lostPhone, openPhones, type Phones } from './lost-phone.ts'
import { accessible } from './staff-enrols.ts'
import { openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
let phones: Phones
test.beforeAll(async () => {
  world = await openWorld()
  phones = await openPhones(world)
})
test.afterAll(async () => {
  await world.end()
})

test('a lost phone, no link: a provisional ID at once, the real one later, and one fact from either', async () => {
  test.setTimeout(120_000)
  await lostPhone(world, phones, accessible(world))
})
