/**
 * `npm run screens [-- --out DIR] [--only citizen|lost-phone|staff|stick|link]`: every screen of the three doors as a
 * picture, at two sizes, the citizen's also in Dzongkha, and what people see of a link in trouble at three; by default into
 * docs/screens/, whose pictures are replaced.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lostPhone, openPhones } from '../e2e/lost-phone.ts'
import type { Look } from '../e2e/staff-enrols.ts'
import { openWorld, type World } from '../e2e/world.ts'
import { citizenTour, speak } from './citizen-tour.ts'
import { linkTour, type LookAt } from './link-tour.ts'
import { staffTour } from './staff-tour.ts'
import { stickTour } from './stick-tour.ts'

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'docs/screens' }, only: { type: 'string' } },
})
const desk = { width: 1366, height: 768 }
const upright = { width: 1080, height: 1920 }
const tablet = { width: 1280, height: 800 }
const large = { width: 1920, height: 1080 }

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

/** Upright and on a tablet, and on the desk's screen, which is the least high; in English. */
const ofLostPhone =
  (world: World): Look =>
  async (name) => {
    for (const size of [upright, tablet, desk]) await picture(world, `lost-phone-${name}`, size)
    say(name)
  }

/** One size for most, for there are many; the whole page where it is longer than the screen. */
const ofLink: LookAt = async (page, name, whole = false) => {
  const sizes = /^link-today-(limit-reached|set-aside)$/.test(name) ? [upright, large, tablet] : [tablet]
  for (const size of sizes) {
    await page.setViewportSize(whole ? { ...size, height: size.height * 2 } : size)
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(values.out, `${name}-${size.width}x${size.height}.png`) })
  }
  await page.setViewportSize(tablet)
  say(name)
}

mkdirSync(values.out, { recursive: true })
for (const file of readdirSync(values.out))
  if (file.endsWith('.png') && (values.only === undefined || file.startsWith(`${values.only}-`)))
    rmSync(join(values.out, file))
const wants = (tour: string) => values.only === undefined || values.only === tour
for (const [name, tour] of [
  ['citizen', async (world: World) => citizenTour(world, alsoInDzongkha(world))],
  ['lost-phone', async (world: World) => lostPhone(world, await openPhones(world), ofLostPhone(world))],
  ['staff', async (world: World) => staffTour(world, inEnglish(world))],
  ['stick', async (world: World) => stickTour(world, ofLink)],
] as const) {
  if (!wants(name)) continue
  const world = await openWorld(desk)
  try {
    await tour(world)
  } finally {
    await world.end()
  }
}
if (wants('link')) await linkTour(ofLink)
process.exit(0)
