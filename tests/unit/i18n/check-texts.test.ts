/** The texts of all screens are there in each language, and what the check says of texts that are not. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { checkTexts, isWhole } from '../../../scripts/i18n/check-texts.ts'
import { failuresPage } from '../../../scripts/i18n/failures-table.ts'
import { readMessageFiles, type Areas } from '../../../scripts/i18n/message-files.ts'
import { screenSources } from '../../../scripts/i18n/screen-sources.ts'

const areas = readMessageFiles()

test('each text is there in each language, with the same places to fill in, and is spoken somewhere', () => {
  const report = checkTexts(areas, screenSources())
  expect({ unused: report.unused, dz: report.languages.dz, ne: report.languages.ne }).toMatchObject({
    unused: [],
    dz: { missing: [], unknown: [], broken: [] },
    ne: { missing: [], unknown: [], broken: [] },
  })
  expect(isWhole(report)).toBe(true)
})

test('docs/failures.md says what the screens say', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/failures.md', import.meta.url)), 'utf8')
  expect(page).toBe(failuresPage(areas))
})

describe('a check', () => {
  const text = (said: string, reviewed = false) => ({ text: said, reviewed })
  const english = { 'desk.open': text('Open {name}', true), 'desk.shut': text('Shut', true) }
  const withNepali = (ne: Record<string, { text: string; reviewed: boolean }>): Areas =>
    new Map([['desk', { en: english, dz: english, ne }]])
  const spoken = ["t('desk.open', { name })"]

  test.each([
    ['misses a key', { 'desk.shut': text('बन्द') }, { missing: ['desk.open'] }],
    ['knows a key that English has not', { ...english, 'desk.odd': text('के') }, { unknown: ['desk.odd'] }],
    [
      'fills in something else',
      { ...english, 'desk.open': text('{nam} खोल्नुहोस्') },
      { broken: ['desk.open'] },
    ],
    ['cannot be read', { ...english, 'desk.open': text('{name खोल्नुहोस्') }, { broken: ['desk.open'] }],
  ])('fails where a language %s', (_what, ne, found) => {
    const report = checkTexts(withNepali(ne), spoken)
    expect(report.languages.ne).toMatchObject(found)
    expect(isWhole(report)).toBe(false)
  })
  test('names what nobody speaks and counts what nobody has reviewed, and does not fail for it', () => {
    const report = checkTexts(withNepali({ ...english, 'desk.shut': text('बन्द') }), spoken)
    expect(report).toMatchObject({
      all: 2,
      unused: ['desk.shut'],
      languages: { dz: { unreviewed: 0 }, ne: { unreviewed: 1 } },
    })
    expect(isWhole(report)).toBe(true)
  })
  test('lets a technician’s remedy be English alone', () => {
    const remedy = { 'failure.card.absent.technician': text('No card.', true) }
    const report = checkTexts(new Map([['failure', { en: remedy, dz: {}, ne: {} }]]), [])
    expect(report.languages.dz).toMatchObject({ missing: [], inEnglish: 1 })
  })
})
