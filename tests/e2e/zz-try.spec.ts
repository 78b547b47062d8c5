import { test } from '@playwright/test'
import { existsSync } from 'node:fs'
import { openStage } from '../screens/stage.ts'
import { openWorld } from './world.ts'
import { keepScreens, randomFrom } from './walk.ts'
import { slowHost, walkVisits } from './citizen-walk.ts'
test('try', async () => {
  test.setTimeout(300_000)
  const world = await openWorld()
  const seeds = (process.env['KIOSK_WALK_SEEDS'] ?? '1').split(',').map(Number)
  for (const seed of seeds) {
    const page = await world.context.newPage()
    const errors: string[] = []
    page.on('pageerror', (e) => errors.push(e.message))
    await page.clock.install()
    const stage = await openStage(page)
    const screensSince = await keepScreens(page)
    await page.goto(world.ready.kiosk)
    const random = randomFrom(seed)
    slowHost(stage, random)
    const began = Date.now()
    try {
      console.log(seed, JSON.stringify(Object.fromEntries(await walkVisits({ page, stage, random, screensSince }, Number(process.env['STEPS'] ?? 150)))), Date.now() - began, errors)
    } catch (e) { console.log(seed, 'FAILED', String(e).slice(0, 900), errors) }
    await page.close()
  }
  await world.end()
})
