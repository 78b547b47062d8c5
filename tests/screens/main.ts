/**
 * `npm run screens [-- --out DIR]`: every screen of the three doors as a picture, at two sizes, the citizen's also in
 * Dzongkha; by default into docs/screens/, whose pictures are replaced.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Look } from '../e2e/staff-enrols.ts'
import { openWorld, type World } from '../e2e/world.ts'
import { citizenTour, speak } from './citizen-tour.ts'
import { staffTour } from './staff-tour.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: 'docs/screens' } } })
const desk = { width: 1366, height: 768 }
const upright = { width: 1080, height: 1920 }

const say = (text: string) => process.stderr.write(`${text}\n`)

async function picture({ page }: World, name: string, size: typeof desk): Promise<void> {
  await page.setViewportSize(size)
  // Fonts and the live picture of the camera settle.
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(values.out, `${name}-${size.width}x${size.height}.png`) })
}

const inEnglish =
  (world: World): Look =>
  async (name) => {
    await picture(world, name, upright)
    await picture(world, name, desk)
    say(name)
  }

/** The welcome speaks all languages at once. */
const alsoInDzongkha =
  (world: World): Look =>
  async (name) => {
    await inEnglish(world)(name)
    if (name === 'citizen-welcome') return
    await speak(world.page, 'རྫོང་ཁ')
    await picture(world, `${name}-dz`, upright)
    await world.page.setViewportSize(desk)
    await speak(world.page, 'English')
  }

mkdirSync(values.out, { recursive: true })
for (const file of readdirSync(values.out)) if (file.endsWith('.png')) rmSync(join(values.out, file))
for (const tour of [
  async (world: World) => citizenTour(world, alsoInDzongkha(world)),
  async (world: World) => staffTour(world, inEnglish(world)),
]) {
  const world = await openWorld(desk)
  try {
    await tour(world)
  } finally {
    await world.end()
  }
}
process.exit(0)
