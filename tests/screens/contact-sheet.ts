/** All pictures of a door on one sheet: a row a screen, each picture under its state; and the page that leads to them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas'
import type { Picture } from './album.ts'
import { allPictures, sizesOf, type Door } from './screen-table.ts'

const paper = '#fbf7ef'
const ink = '#1f1b16'
const soft = '#5c5346'
const gap = 18
const label = 40

/** @returns where each picture stands, and how large the sheet is */
function laidOut(pictures: readonly Picture[], wide: number, columns: number) {
  const places: { picture: Picture; x: number; y: number; height: number }[] = []
  let [x, y, row] = [gap, gap, 0]
  for (const picture of pictures) {
    const height = Math.round((wide * picture.size.height) / picture.size.width)
    if (x + wide > columns * (wide + gap) + gap) [x, y, row] = [gap, y + row + label + gap, 0]
    places.push({ picture, x, y, height })
    row = Math.max(row, height)
    x += wide + gap
  }
  return { places, width: columns * (wide + gap) + gap, height: y + row + label + gap }
}

/** @param wide px of each picture on the sheet */
export async function contactSheet(
  pictures: readonly Picture[],
  file: string,
  { wide, columns }: { wide: number; columns: number },
): Promise<void> {
  const { places, width, height } = laidOut(pictures, wide, columns)
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  const font = 'node_modules/@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2'
  if (!GlobalFonts.has('Sheet')) GlobalFonts.registerFromPath(font, 'Sheet')
  context.fillStyle = paper
  context.fillRect(0, 0, width, height)
  for (const { picture, x, y, height: high } of places) {
    const image = await loadImage(readFileSync(picture.file))
    // A page that is longer than the glass is shown from its top.
    const part = Math.min(image.height, (image.width * high) / wide)
    context.drawImage(image, 0, 0, image.width, part, x, y, wide, high)
    context.strokeStyle = soft
    context.lineWidth = 1
    context.strokeRect(x, y, wide, high)
    context.fillStyle = ink
    context.font = '13px Sheet'
    context.fillText(picture.name, x, y + high + 17)
    context.fillStyle = soft
    context.font = '12px Sheet'
    context.fillText(`${picture.state} · ${picture.language}`, x, y + high + 33)
  }
  writeFileSync(file, file.endsWith('.png') ? canvas.toBuffer('image/png') : await canvas.encode('webp', 78))
}

/** @returns the sheets that were written, by their names */
export async function contactSheets(pictures: readonly Picture[], out: string): Promise<string[]> {
  const written: string[] = []
  for (const door of ['citizen', 'staff', 'technician'] as const) {
    for (const [at, size] of sizesOf(door).entries()) {
      const of = pictures.filter((one) => one.door === door && one.size.width === size.width)
      if (of.length === 0) continue
      const name = `contact-sheet-${door}-${size.width}x${size.height}.webp`
      const narrow = size.height > size.width
      await contactSheet(inOrder(of), join(out, name), {
        wide: narrow ? 200 : at === 0 ? 320 : 300,
        columns: narrow ? 9 : 6,
      })
      written.push(name)
    }
  }
  const english = pictures.filter(
    (one) => one.language === 'en' && one.size.width === sizesOf(one.door)[0].width,
  )
  if (english.length > 0) {
    await contactSheet(inOrder(english), join(out, 'contact-sheet.png'), { wide: 190, columns: 9 })
    written.unshift('contact-sheet.png')
  }
  return written
}

/** As the table has them, whatever the order they were taken in; the languages of one beside each other. */
function inOrder(pictures: readonly Picture[]): Picture[] {
  const order = new Map(allPictures().map(({ name }, at) => [name, at]))
  return pictures.toSorted((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0))
}

const doorNames: Record<Door, string> = {
  citizen: 'The citizen’s door',
  staff: 'The staff’s door',
  technician: 'The technician’s door',
}

/** The page that leads to each picture by door, screen and state. */
export function pictureIndex(pictures: readonly Picture[], sheets: readonly string[]): string {
  const lines = [
    '# Every screen in every state',
    '',
    'Made by `npm run screens`, which also looks each one over: axe, and a rule that finds what is cut, covered or too wide,',
    'in English, Dzongkha and Nepali, at each size, and once more with text at 200 %.',
    '',
    ...sheets.map((name) => `- [${name}](${name})`),
    '',
  ]
  for (const door of ['citizen', 'staff', 'technician'] as const) {
    const of = allPictures().filter((one) => one.door === door)
    if (!pictures.some((one) => one.door === door)) continue
    lines.push(`## ${doorNames[door]}`, '', '| Screen | State | Picture |', '| --- | --- | --- |')
    for (const { screen, state, name } of of) {
      const taken = pictures.filter((one) => one.name === name && one.language === 'en')
      const links = taken.map(({ file, size }) => `[${size.width}×${size.height}](${basename(file)})`)
      lines.push(`| \`${screen}\` | ${state} | ${name}: ${links.join(', ')} |`)
    }
    lines.push('')
  }
  return lines.join('\n')
}
