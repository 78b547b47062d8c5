/**
 * `npm run i18n [-- --json]`: which texts are missing, unused and unreviewed; fails where one is missing, unknown or has
 * other places to fill in than the English one. `npm run i18n -- failures`: writes docs/failures.md anew.
 * `npm run i18n -- export --language dz --out texts-dz.csv`: the spreadsheet for a native reviewer; `-- import FILE` takes it
 * back, whole or not at all. `compile` is part of every build.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkTexts, isWhole, type TextReport } from './check-texts.ts'
import { compileTexts } from './compile-texts.ts'
import { failuresPage } from './failures-table.ts'
import { readMessageFiles } from './message-files.ts'
import { exportSheet, importSheet } from './review-files.ts'
import { screenSources } from './screen-sources.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)
const listed = (title: string, keys: readonly string[]) => {
  if (keys.length > 0) say(`  ${title}: ${keys.length}\n${keys.map((key) => `    ${key}`).join('\n')}`)
}

function tell({ all, unused, languages }: TextReport): void {
  say(`${all} texts`)
  listed('spoken nowhere', unused)
  for (const [language, { missing, inEnglish, unknown, broken, unreviewed }] of Object.entries(languages)) {
    say(
      `${language}: ${unreviewed} not reviewed by a native speaker, ${inEnglish} remedies and report words for technicians in English`,
    )
    listed('missing', missing)
    listed('unknown to English', unknown)
    listed('with other places to fill in than in English, or unreadable', broken)
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, language: { type: 'string' }, out: { type: 'string' } },
})
const [order, file] = positionals
const areas = readMessageFiles()
if (order === 'compile') compileTexts(areas)
else if (order === 'failures')
  writeFileSync(fileURLToPath(new URL('../../docs/failures.md', import.meta.url)), failuresPage(areas))
else if (order === 'export' || order === 'import') {
  const { language, out } = values
  const taken = order === 'export' ? exportSheet(areas, language, out) : importSheet(areas, file)
  say(taken.said)
  if (!taken.ok) process.exitCode = 1
} else if (order === undefined) {
  const report = checkTexts(areas, screenSources())
  if (values.json) say(JSON.stringify(report))
  else tell(report)
  if (!isWhole(report)) process.exitCode = 1
} else {
  process.stderr.write(`There is no "${order}": leave it out, or say compile, failures, export or import.\n`)
  process.exitCode = 2
}
