/** The colours of the tokens can be read on one another, and components say them by name. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { coloursOf, contrast, luminance, pairs } from '../../../renderer/gallery/contrast.ts'

const renderer = fileURLToPath(new URL('../../../renderer', import.meta.url))
const tokens = readFileSync(join(renderer, 'lib/ui/tokens.css'), 'utf8')
const colours = coloursOf(tokens)

describe('contrast', () => {
  test.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#7a1f2b', '#7a1f2b', 1],
  ])('of %s and %s is %d, as WCAG reckons', (one, other, wanted) => {
    expect(contrast(one, other)).toBeCloseTo(wanted, 2)
    expect(contrast(other, one)).toBeCloseTo(wanted, 2)
  })
  test('of grey lies between black and white', () => {
    expect(luminance('#808080')).toBeCloseTo(0.2159, 3)
  })
})

test.each(pairs)('%s on %s reaches at least %d', (front, ground, least) => {
  expect(colours[front], front).toBeDefined()
  expect(colours[ground], ground).toBeDefined()
  expect(contrast(colours[front] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(least)
})

/** Drawings have colours of their own: skin, hair, hills. */
const drawn = /pictures|Picture|Mountains|Mark\.svelte|Textile|HoldUp|CardOnReader|Hand|OnScanner|PhoneStep/
const styled = readdirSync(renderer, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(svelte|css)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => !path.endsWith('tokens.css') && !drawn.test(path))

test.each(styled.map((path) => [path.slice(renderer.length + 1), path] as const))(
  'the style of %s says no colour, size of type or rounding that a token names',
  (_name, path) => {
    const text = readFileSync(path, 'utf8')
    const style = path.endsWith('.css') ? text : (/<style[^>]*>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '')
    const named = new Set(Object.values(colours).map((hex) => hex.toLowerCase()))
    const said = [...style.matchAll(/#[0-9a-f]{6}\b/gi)].map(([hex]) => hex.toLowerCase())
    expect(said.filter((hex) => named.has(hex))).toEqual([])
    expect(style.match(/font-size: (17|20|28|40|56)px|border-radius: (10|18)px/g)).toBeNull()
  },
)
