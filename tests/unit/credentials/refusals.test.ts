/** The table of what must be refused names tests; each of them is still there. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const rows = read('docs/refusals.md')
  .split('\n')
  .flatMap((line) => {
    const [, what, file, title] = /^\| (.+?) +\| `(tests\/.+?)` +\| (.+?) +\|$/.exec(line) ?? []
    return what === undefined || file === undefined || title === undefined ? [] : [{ what, file, title }]
  })

test('the table was read', () => expect(rows.length).toBeGreaterThan(20))

test.each(rows)('$what', ({ file, title }) => {
  const written = read(file).replaceAll('’', "'")
  expect(written).toContain(title.replaceAll('’', "'"))
})
