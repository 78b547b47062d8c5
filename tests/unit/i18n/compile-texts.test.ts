/** Compiled texts, as the screens get them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { placesOf } from '../../../renderer/lib/i18n/sheet/places.ts'
import { compileTexts } from '../../../scripts/i18n/compile-texts.ts'
import type { Areas } from '../../../scripts/i18n/message-files.ts'
import { numberIn } from '../../../renderer/lib/i18n/number-in.ts'

const of = (text: string) => ({ text, reviewed: false })
const areas: Areas = new Map([
  [
    'desk',
    {
      en: {
        'desk.wait': of(
          '{count, plural, one {{count, digits} request waits} other {{count, digits} requests wait}}',
        ),
        'desk.name': of('{name}: it’s “{name}”'),
        'failure.card.absent.citizen': of('No card.'),
        'failure.card.absent.technician': of('No card in {reader}.'),
      },
      dz: { 'desk.wait': of('{count, plural, other {{count, digits} བསྒུག་དོ}}') },
      ne: { 'desk.wait': of('{count, plural, one {{count, digits} अनुरोध} other {{count, digits} अनुरोधहरू}}') },
    },
  ],
])
const folder = mkdtempSync(join(tmpdir(), 'texts-'))
const zTexts = z.record(
  z.string(),
  z.custom<(params: object) => string>((one) => typeof one === 'function'),
)
const load = async (file: string) => {
  const { default: texts }: { default: unknown } = await import(join(folder, 'compiled', file))
  return zTexts.parse(texts)
}

beforeAll(() => {
  // Where the compiled texts look for the digits of a language.
  const source = new URL('../../../renderer/lib/i18n/number-in.ts', import.meta.url).href
  writeFileSync(join(folder, 'number-in.ts'), `export { numberIn } from '${source}'\n`)
  expect(compileTexts(areas, join(folder, 'compiled'))).toBe(4)
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a text', () => {
  test.each([
    ['desk.en.js', 1, '1 request waits'],
    ['desk.en.js', 2, '2 requests wait'],
    ['desk.en.js', 12_345, '12,345 requests wait'],
    ['desk.en.js', 0, '0 requests wait'],
    ['desk.dz.js', 1, '༡ བསྒུག་དོ'],
    ['desk.ne.js', 1, '१ अनुरोध'],
    ['desk.ne.js', 12_345, '१२,३४५ अनुरोधहरू'],
  ])('of %s says %i as the language does', async (file, count, said) => {
    expect((await load(file))['desk.wait']?.({ count })).toBe(said)
  })
  test('is filled in wherever it says so', async () => {
    expect((await load('desk.en.js'))['desk.name']?.({ name: 'Gasa' })).toBe('Gasa: it’s “Gasa”')
  })
  test('for technicians does not travel with those for citizens', async () => {
    expect(Object.keys(await load('desk-citizen.en.js'))).toEqual(['failure.card.absent.citizen'])
    expect(Object.keys(await load('desk-technician.en.js'))).toEqual(['failure.card.absent.technician'])
  })
  test.each([
    ['plain', {}],
    ['{a} {b}', { a: 'text', b: 'text' }],
    ['{n, plural, one {one {thing}} other {{n, digits} things}}', { n: 'number', thing: 'text' }],
  ])('%s needs its places filled in', (text, places) => {
    expect(placesOf(text)).toEqual(places)
  })
})

describe('compiling', () => {
  test('makes a type of each key, and counts what is there', () => {
    const keys = readFileSync(join(folder, 'compiled', 'keys.ts'), 'utf8')
    expect(keys).toContain("| 'failure.card.absent.citizen'")
    expect(keys).toContain("'desk.wait': { count: number }")
    expect(keys).toContain("'desk.name': { name: string | number }")
    expect(JSON.parse(readFileSync(join(folder, 'compiled', 'coverage.json'), 'utf8'))).toEqual([
      {
        area: 'desk',
        all: 4,
        en: { done: 4, reviewed: 0 },
        dz: { done: 1, reviewed: 0 },
        ne: { done: 1, reviewed: 0 },
      },
    ])
  })
  test('leaves alone what is the same, and takes away what is left over', () => {
    const file = join(folder, 'compiled', 'desk.en.js')
    utimesSync(file, 1, 1)
    writeFileSync(join(folder, 'compiled', 'left.js'), '')
    compileTexts(areas, join(folder, 'compiled'))
    expect(statSync(file).mtimeMs).toBe(1_000)
    expect(readdirSync(join(folder, 'compiled'))).not.toContain('left.js')
  })
})

test.each([
  [1234.5, 'en', '1,234.5'],
  [1234, 'ne', '१,२३४'],
  [1234, 'dz', '༡༢༣༤'],
  ['12:05', 'dz', '12:05'],
])('%s in %s is %s', (value, language, said) => {
  expect(numberIn(value, language)).toBe(said)
})
