/** One picture after another: in each language and at each size, looked over by axe and by the rule while it is there. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { loadImage, createCanvas } from '@napi-rs/canvas'
import type { Page } from '@playwright/test'
import { misfits } from './fit.ts'
import { findPicture, sizesOf, type Door, type Shown, type Size } from './screen-table.ts'

export const languages = ['en', 'dz', 'ne'] as const
export type Tongue = (typeof languages)[number]
const ownNames = { en: 'English', dz: 'རྫོང་ཁ', ne: 'नेपाली' } as const

export interface Picture extends Shown {
  language: Tongue
  size: Size
  file: string
}

export interface Album {
  /** takes the pictures of what the table calls so, from the page as it stands there */
  look(page: Page, name: string): Promise<void>
  readonly pictures: readonly Picture[]
  /** what axe or the rule found, each with the picture */
  readonly findings: readonly string[]
}

export interface AlbumOptions {
  /** folder of the pictures */
  out: string
  languages: readonly Tongue[]
  say: (text: string) => void
}

/** Changes the language by the switch that stands on every screen but the first. */
export async function speakOn(page: Page, language: Tongue): Promise<void> {
  // A question that stands over the screen covers the switch: whoever reads it cannot press that, and a picture still can.
  if (await page.locator('dialog[open]').count())
    return void (await page.evaluate(
      `[...document.querySelectorAll('[role=group] button')].find((one) => one.textContent.trim() === '${ownNames[language]}')?.click()`,
    ))
  await page.getByRole('group').getByRole('button', { name: ownNames[language], exact: true }).first().click()
}

export function openAlbum({ out, languages: wanted, say }: AlbumOptions): Album {
  mkdirSync(out, { recursive: true })
  const pictures: Picture[] = []
  const findings: string[] = []
  const note = (where: string, what: readonly string[]) => {
    for (const one of what) {
      findings.push(`${where}: ${one}`)
      say(`  ! ${where}: ${one}`)
    }
  }
  async function take(page: Page, shown: Shown, language: Tongue, size: Size): Promise<void> {
    await page.setViewportSize(size)
    // Fonts and the live picture of the camera settle.
    await page.waitForTimeout(150)
    const label = `${shown.name}-${size.width}x${size.height}-${language}`
    note(label, await misfits(page))
    const file = join(out, `${label}.webp`)
    writeFileSync(file, await small(await screenshot(page, shown.door, size)))
    pictures.push({ ...shown, language, size, file })
  }
  async function look(page: Page, name: string): Promise<void> {
    const shown = findPicture(name)
    if (!shown) throw new Error(`The table of screens does not name "${name}"`)
    const allAtOnce = shown.screen === 'citizen-welcome'
    for (const language of allAtOnce ? (['en'] as const) : wanted) {
      if (!allAtOnce) await speakOn(page, language)
      for (const [at, size] of sizesOf(shown.door).entries()) {
        await take(page, shown, language, size)
        if (at === 0) {
          note(`${name}-${language}, axe`, await violations(page))
          await page.evaluate(`document.documentElement.style.fontSize = '200%'`)
          note(`${name}-${language}, text at 200 %`, await misfits(page, 'twice as large'))
          await page.evaluate(`document.documentElement.style.fontSize = ''`)
        }
      }
    }
    const [first] = sizesOf(shown.door)
    await page.setViewportSize(first)
    if (!allAtOnce && wanted.at(-1) !== 'en') await speakOn(page, 'en')
    say(name)
  }
  return { look, pictures, findings }
}

/** The desk's pages may be longer than the glass: they are shown whole, but for lists of hundreds. */
async function screenshot(page: Page, door: Door, { width, height }: Size): Promise<Buffer> {
  if (door === 'citizen') return page.screenshot()
  const long = await page.evaluate<number>('document.documentElement.scrollHeight')
  // A higher glass, so that the status bar stands at its foot and not in the middle.
  await page.setViewportSize({ width, height: Math.max(height, Math.min(long, 3 * height)) })
  const picture = await page.screenshot()
  await page.setViewportSize({ width, height })
  return picture
}

async function violations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
  const found = await new AxeBuilder({ page }).withTags(tags).analyze()
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`,
  )
}

/** @param png as the browser made it @returns the same as WebP, a tenth of the bytes */
async function small(png: Buffer): Promise<Buffer> {
  const image = await loadImage(png)
  const canvas = createCanvas(image.width, image.height)
  canvas.getContext('2d').drawImage(image, 0, 0, image.width, image.height, 0, 0, image.width, image.height)
  return canvas.encode('webp', 82)
}
