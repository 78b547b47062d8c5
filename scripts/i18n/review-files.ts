/** The reviewer's spreadsheet, made from the message files and written back into them. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  readSheet,
  sheetOf,
  type Change,
  type Line,
  type Reviewed,
  type SheetProblem,
} from '../../renderer/lib/i18n/sheet/review-sheet.ts'
import { i18nFolder, type Areas, type MessageFile } from './message-files.ts'

const mostBytes = 8_000_000

const meanings: Record<SheetProblem['what'], string> = {
  'too-large': 'the file, or a field in it, is larger than such a sheet can be',
  'not-csv': 'a quote is open, or something stands behind a closed one',
  header:
    'the first line is not that of an exported sheet: key, area, English, text (dz or ne), reviewed, remark',
  columns: 'not six fields',
  'unknown-key': 'there is no such text',
  twice: 'stands twice',
  'english-changed': 'the English text is another one now: export anew',
  'too-long': 'the text is longer than 2000 characters',
  'reviewed-word': 'reviewed is neither yes nor no',
  places: 'what is in { } is not the same as in English, or cannot be read',
}

/** What came of an order, and what to tell whoever gave it. */
export interface Taken {
  ok: boolean
  said: string
}

/** @returns every text of the language, in the order of the files */
export const linesOf = (areas: Areas, language: Reviewed): Line[] =>
  [...areas].flatMap(([area, files]) =>
    Object.entries(files.en).map(([key, { text }]) => ({
      key,
      area,
      english: text,
      own: files[language][key],
    })),
  )

export function exportSheet(areas: Areas, language: string | undefined, out: string | undefined): Taken {
  if ((language !== 'dz' && language !== 'ne') || out === undefined)
    return { ok: false, said: 'Say --language dz or --language ne, and --out FILE.' }
  const lines = linesOf(areas, language)
  writeFileSync(out, sheetOf(language, lines))
  const said = `${lines.length} texts in ${out}. The reviewer changes "text", writes yes into "reviewed", and may remark.`
  return { ok: true, said }
}

/** Writes into the message files what the sheet changes, or nothing at all. */
export function importSheet(
  areas: Areas,
  file: string | undefined,
  folder = join(i18nFolder, 'messages'),
): Taken {
  if (file === undefined) return { ok: false, said: 'Which file?' }
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined) return { ok: false, said: `There is no file ${file}.` }
  if (size > mostBytes) return { ok: false, said: `line 1: ${meanings['too-large']}` }
  const read = readSheet(readFileSync(file, 'utf8'), (language) => linesOf(areas, language))
  if (read.isErr()) {
    const told = read.error.map(({ line, what, key }) => `line ${line}: ${key ?? ''} ${meanings[what]}`)
    return { ok: false, said: [...told, 'Nothing was changed.'].join('\n') }
  }
  const { language, changes, remarks } = read.value
  for (const area of new Set(changes.map((change) => change.area))) {
    const own = areas.get(area)?.[language] ?? {}
    const next = withChanges(
      own,
      changes.filter((change) => change.area === area),
    )
    writeFileSync(join(folder, language, `${area}.json`), `${JSON.stringify(next, null, 2)}\n`)
  }
  const said = remarks.map(({ key, remark }) => `${key}: ${remark}`)
  return { ok: true, said: [`${changes.length} texts changed.`, ...said].join('\n') }
}

const withChanges = (own: MessageFile, changes: readonly Change[]): MessageFile => ({
  ...own,
  ...Object.fromEntries(changes.map(({ key, text, reviewed }) => [key, { text, reviewed }])),
})
