/**
 * `npm run screens [-- --out DIR] [--only citizen|staff|technician|link] [--languages en,dz,ne]`: every screen of the three
 * doors in each state as a picture, looked over while it is there, and contact sheets of them. Exit code 1 where axe or the
 * rule for what fits finds something, or where a state of the table was not met. Without `--out` the pictures in docs/screens
 * are replaced, where only the English ones stand beside the sheets, which have all.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { openWorld, type World } from '../e2e/world.ts'
import { languages, openAlbum, type Album } from './album.ts'
import { citizenStates, idleState } from './citizen-states.ts'
import { contactSheets, pictureIndex } from './contact-sheet.ts'
import { linkTour } from './link-tour.ts'
import { allPictures, sizesOf, type Door } from './screen-table.ts'
import { openStage, type Stage } from './stage.ts'
import { staffStates, deskIdle } from './staff-states.ts'
import { technicianStates } from './technician-states.ts'

const committed = 'docs/screens'
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: committed },
    only: { type: 'string' },
    languages: { type: 'string', default: languages.join(',') },
  },
})
const say = (text: string) => process.stderr.write(`${text}\n`)
const wanted = languages.filter((one) => values.languages.split(',').includes(one))
const { out, only } = values

async function openDoor(world: World, door: Door, clock = false) {
  const page = await world.context.newPage()
  const [size] = sizesOf(door)
  await page.setViewportSize(size)
  if (clock) await page.clock.install()
  const stage = await openStage(page)
  await page.goto(world.ready.kiosk)
  return { page, stage }
}

const broken: string[] = []
const atDoor = (page: Page, stage: Stage, album: Album) => ({
  page,
  stage,
  look: (name: string) => album.look(page, name),
  async attempt(name: string, part: () => Promise<void>) {
    try {
      await part()
    } catch (error) {
      // What was taken until then is worth looking at, and what comes after it, too.
      broken.push(
        `${name} broke off: ${error instanceof Error ? error.message.split('\n', 3).join(' ') : String(error)}`,
      )
      say(`  ! ${broken.at(-1) ?? ''}`)
      stage.clear()
      await page.reload()
    }
  },
})

const tours: Record<Door, (world: World, album: Album) => Promise<void>> = {
  async citizen(world, album) {
    const { page, stage } = await openDoor(world, 'citizen')
    await citizenStates(atDoor(page, stage, album))
    await page.close()
    const still = await openDoor(world, 'citizen', true)
    const at = atDoor(still.page, still.stage, album)
    await at.attempt('idle', () => idleState(at.page, at.look))
    await still.page.close()
  },
  async staff(world, album) {
    const { page, stage } = await openDoor(world, 'staff')
    await staffStates({ ...atDoor(page, stage, album), world: { ...world, page } })
    await page.close()
    const still = await openDoor(world, 'staff', true)
    const at = atDoor(still.page, still.stage, album)
    await at.attempt('idle', () => deskIdle({ ...world, page: at.page }, at.look))
    await still.page.close()
  },
  async technician(world, album) {
    const { page, stage } = await openDoor(world, 'technician')
    await technicianStates({ ...atDoor(page, stage, album), world: { ...world, page } })
    await page.close()
  },
}

mkdirSync(out, { recursive: true })
if (only === undefined)
  for (const file of readdirSync(out)) if (/\.(png|webp)$/.test(file)) rmSync(join(out, file))
const album = openAlbum({ out, languages: wanted, say })
const doors = (['citizen', 'staff', 'technician'] as const).filter(
  (door) => only === undefined || only === door,
)
if (doors.length > 0) {
  const world = await openWorld(sizesOf(doors[0] ?? 'citizen')[0])
  await world.page.close()
  for (const door of doors) await tours[door](world, album)
  await world.end()
}
if (only === 'link')
  await linkTour(async (page, name) => {
    await page.screenshot({ path: join(out, `${name}.png`) })
    say(name)
  })

const taken = new Set(album.pictures.map(({ name }) => name))
const missing = allPictures().filter(({ door, name }) => doors.includes(door) && !taken.has(name))
const sheets = await contactSheets(album.pictures, out)
if (out === committed) for (const { file, language } of album.pictures) if (language !== 'en') rmSync(file)
if (only === undefined) writeFileSync(join(out, 'README.md'), pictureIndex(album.pictures, sheets))
const wrong = [...broken, ...missing.map(({ name }) => `not met: ${name}`), ...album.findings]
say(`${album.pictures.length} pictures, ${wrong.length} findings${wrong.map((one) => `\n- ${one}`).join('')}`)
process.exit(wrong.length > 0 ? 1 : 0)
