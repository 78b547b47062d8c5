/** A native reviewer's spreadsheet: what goes out comes back, and what is wrong is refused whole, by its line. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvLimits, csvOf, readCsv } from '../../../renderer/lib/i18n/sheet/csv.ts'
import { readSheet, sheetOf, type Line } from '../../../renderer/lib/i18n/sheet/review-sheet.ts'
import { readMessageFiles, type Areas } from '../../../scripts/i18n/message-files.ts'
import { importSheet, linesOf } from '../../../scripts/i18n/review-files.ts'

const lines: Line[] = [
  {
    key: 'desk.open',
    area: 'desk',
    english: 'Open {name}',
    own: { text: '{name} खोल्नुहोस्', reviewed: false },
  },
  { key: 'desk.days', area: 'desk', english: '{n, plural, one {# day} other {# days}}', own: undefined },
  { key: 'desk.sum', area: 'desk', english: '=1+1', own: { text: '-2', reviewed: true } },
]
const exported = sheetOf('ne', lines)
const read = (file: string) => readSheet(file, () => lines)

describe('a CSV file', () => {
  test('comes back as it went, whatever stands in it', () => {
    const fields = fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 6 })
    const odd = fc.array(fc.constantFrom('=A1', "'=A1", '"', 'a,b;c', 'x\r\ny', '@', "''", 'རྫོང་ཁ', '＝1'), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(fc.array(fc.oneof(fields, odd), { maxLength: 8 }), (rows) => {
        const whole = csvOf([['key', 'text'], ...rows])
        const back = readCsv(whole)._unsafeUnwrap()
        expect(back.map(({ fields: one }) => one)).toEqual([
          ['key', 'text'],
          ...rows.filter((row) => row.some((field) => field !== '')),
        ])
      }),
      { numRuns: 300 },
    )
  })
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])('holds %j and no formula', (field) => {
    const whole = csvOf([[field]])
    expect(whole).toBe(`\u{feff}"'${field}"\r\n`)
    expect(readCsv(whole)._unsafeUnwrap()[0]?.fields).toEqual([field])
  })
  test('is read with limits, and nonsense ends in a problem, never in an exception', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ',', ';', '\r', '\n', 'a', "'", '='), maxLength: 60 }),
        (text) => {
          readCsv(text).match(
            (rows) => expect(rows.every(({ line }) => line >= 1)).toBe(true),
            ({ what }) => expect(what).toBe('not-csv'),
          )
          expect(read(text).isErr()).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
    expect(readCsv('a,'.repeat(csvLimits.columns + 1))._unsafeUnwrapErr()).toEqual({
      line: 1,
      what: 'too-large',
    })
    expect(readCsv('x'.repeat(csvLimits.characters + 1))._unsafeUnwrapErr().what).toBe('too-large')
    expect(readCsv('a\n'.repeat(csvLimits.rows + 1))._unsafeUnwrapErr().what).toBe('too-large')
    expect(readCsv(`a\n"${'x'.repeat(csvLimits.field + 1)}"`)._unsafeUnwrapErr()).toEqual({
      line: 2,
      what: 'too-large',
    })
  })
})

describe('a sheet', () => {
  test('that nobody touched changes nothing, in the real texts too', () => {
    expect(read(exported)._unsafeUnwrap()).toEqual({ language: 'ne', changes: [], remarks: [] })
    const areas = readMessageFiles()
    for (const language of ['dz', 'ne'] as const) {
      const real = linesOf(areas, language)
      expect(readSheet(sheetOf(language, real), () => real)._unsafeUnwrap().changes).toEqual([])
    }
  })
  test('with semicolons, as some countries save it, is taken the same', () => {
    const semicolons =
      'key;area;English;text (ne);reviewed;remark\r\ndesk.open;desk;Open {name};{name} खोल;TRUE;shorter\r\n'
    expect(read(semicolons)._unsafeUnwrap()).toEqual({
      language: 'ne',
      changes: [
        { key: 'desk.open', area: 'desk', text: '{name} खोल', reviewed: true, before: lines[0]?.own },
      ],
      remarks: [{ key: 'desk.open', remark: 'shorter' }],
    })
  })
  const row = (...fields: string[]) => fields.join()
  const head = 'key,area,English,text (dz),reviewed,remark'
  test.each([
    ['header', [row('key', 'text')], 1],
    ['unknown-key', [head, row('desk.shut', 'desk', 'Shut', 'x', 'no', '')], 2],
    ['columns', [head, row('desk.open', 'desk', 'Open {name}', '{name}', 'no')], 2],
    ['english-changed', [head, row('desk.open', 'desk', 'Open it: {name}', '{name}', 'no', '')], 2],
    ['reviewed-word', [head, row('desk.open', 'desk', 'Open {name}', '{name}', 'perhaps', '')], 2],
    ['places', [head, row('desk.open', 'desk', 'Open {name}', '{nam}', 'no', '')], 2],
    ['places', [head, row('desk.open', 'desk', 'Open {name}', '{name', 'no', '')], 2],
    ['places', [head, row('desk.open', 'desk', 'Open {name}', '"{name, spellout}"', 'no', '')], 2],
    ['too-long', [head, row('desk.open', 'desk', 'Open {name}', '{name}'.repeat(400), 'no', '')], 2],
    [
      'twice',
      [head, ...Array.from({ length: 2 }, () => row('desk.open', 'desk', 'Open {name}', '{name}', 'no', ''))],
      3,
    ],
  ])('is refused for %s', (what, rows, line) => {
    expect(read(rows.join('\n'))._unsafeUnwrapErr()).toMatchObject([{ what, line }])
  })
  test('in Dzongkha has one form for one and for many', () => {
    const english = '"{n, plural, one {# day} other {# days}}"'
    const of = (text: string) => read([head, row('desk.days', 'desk', english, text, 'yes', '')].join('\n'))
    expect(of('"{n, plural, other {ཉིནམ་ #}}"')._unsafeUnwrap().changes).toHaveLength(1)
    expect(of('"{n, plural, one {#} other {#}}"')._unsafeUnwrapErr()).toMatchObject([{ what: 'places' }])
  })
})

test('what a sheet changes is written into the files; one that is wrong somewhere writes nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-sheet-'))
  mkdirSync(join(folder, 'ne'))
  const said = (text: string) => ({ text, reviewed: false })
  const areas: Areas = new Map([
    ['desk', { en: { 'desk.a': said('A'), 'desk.b': said('B') }, dz: {}, ne: { 'desk.a': said('क') } }],
  ])
  const file = join(folder, 'texts.csv')
  const sheet = (last: string) =>
    `key,area,English,text (ne),reviewed,remark\ndesk.a,desk,A,का,yes,\ndesk.b,desk,B,${last},no,`
  writeFileSync(file, sheet('{b}'))
  expect(importSheet(areas, file, folder)).toMatchObject({
    ok: false,
    said: expect.stringContaining('line 3') as string,
  })
  expect(() => readFileSync(join(folder, 'ne/desk.json'))).toThrow('ENOENT')
  writeFileSync(file, sheet('ख'))
  expect(importSheet(areas, file, folder)).toEqual({ ok: true, said: '2 texts changed.' })
  expect(JSON.parse(readFileSync(join(folder, 'ne/desk.json'), 'utf8'))).toEqual({
    'desk.a': { text: 'का', reviewed: true },
    'desk.b': { text: 'ख', reviewed: false },
  })
})
