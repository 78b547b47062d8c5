/** Four eyes, through the screens, to the issuer and back. */
import { existsSync } from 'node:fs'
import { test } from '@playwright/test'
import { closeTheDay, fourEyes } from './four-eyes.ts'
import { accessible } from './staff-enrols.ts'
import { openWorld, type World } from './world.ts'

test.skip(
  !existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so'),
  'needs the virtual card reader (vsmartcard-vpcd)',
)

let world: World
test.beforeAll(async () => {
  world = await openWorld()
})
test.afterAll(async () => {
  await world.end()
})

test('what an officer left out is looked at by a supervisor, sent back, mended and approved, and the day is closed', async () => {
  test.setTimeout(120_000)
  await fourEyes(world, accessible(world))
  await closeTheDay(world, accessible(world))
})
