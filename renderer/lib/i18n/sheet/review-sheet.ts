/**
 * The spreadsheet of a native reviewer: every text of a language beside the English one. What comes back is taken whole or
 * not at all.
 */
import { err, ok, type Result } from 'neverthrow'
import { csvOf, readCsv, type CsvProblem, type CsvRow } from './csv.ts'
import { fitsPlaces } from './places.ts'

export type Reviewed = 'dz' | 'ne'
interface Said {
  text: string
  reviewed: boolean
}
/** One text as it stands now; `own` is missing where the language has none yet. */
export interface Line {
  key: string
  area: string
  english: string
  own: Said | undefined
}
/** A text that the file says otherwise than it stands. */
export interface Change extends Said {
  key: string
  area: string
  before: Said | undefined
}
export interface Review {
  language: Reviewed
  changes: Change[]
  /** what the reviewer wrote beside a text */
  remarks: { key: string; remark: string }[]
}
export interface SheetProblem {
  /** of the file, from 1 */
  line: number
  what:
    | CsvProblem['what']
    | 'header'
    | 'columns'
    | 'unknown-key'
    | 'twice'
    | 'english-changed'
    | 'too-long'
    | 'reviewed-word'
    | 'places'
  /** the key of the row, where it has one */
  key?: string
}

const longest = 2_000
const names = ['key', 'area', 'English', 'text', 'reviewed', 'remark'] as const
const words: Record<string, boolean> = { yes: true, true: true, no: false, false: false, '': false }

/** The language stands in the header, so that a file cannot be taken for the other language. */
const header = (language: Reviewed) => names.map((name) => (name === 'text' ? `text (${language})` : name))

/** @returns a CSV file; `remark` is empty, for the reviewer */
export const sheetOf = (language: Reviewed, lines: readonly Line[]): string =>
  csvOf([
    header(language),
    ...lines.map(({ key, area, english, own }) => [
      key,
      area,
      english,
      own?.text ?? '',
      own?.reviewed ? 'yes' : 'no',
      '',
    ]),
  ])

function languageOf(row: CsvRow | undefined): Reviewed | undefined {
  const said = row?.fields.map((one) => one.trim()).join()
  return (['dz', 'ne'] as const).find((one) => header(one).join() === said)
}

/** @param linesOf every text as it stands in a language @returns what it changes, or everything that is wrong in it */
export function readSheet(
  file: string,
  linesOf: (language: Reviewed) => readonly Line[],
): Result<Review, SheetProblem[]> {
  const read = readCsv(file)
  if (read.isErr()) return err([read.error])
  const [first, ...rows] = read.value
  const language = languageOf(first)
  if (!language) return err([{ line: 1, what: 'header' }])
  const known = new Map(linesOf(language).map((line) => [line.key, line]))
  const problems: SheetProblem[] = []
  const review: Review = { language, changes: [], remarks: [] }
  const seen = new Set<string>()
  for (const { line, fields } of rows) {
    const [key = '', , english = '', text = '', reviewed = '', remark = ''] = fields.map((one) => one.trim())
    const stands = known.get(key)
    const wrong = wrongIn(language, stands, { columns: fields.length, english, text, reviewed })
    if (wrong ?? seen.has(key)) problems.push({ line, what: wrong ?? 'twice', key: key.slice(0, 120) })
    seen.add(key)
    if (!stands || wrong) continue
    if (remark !== '') review.remarks.push({ key, remark })
    const change = { key, area: stands.area, text, reviewed: isReviewed(reviewed), before: stands.own }
    // An empty text is one that the reviewer has not come to.
    if (text !== '' && !isSame(change, stands.own)) review.changes.push(change)
  }
  return problems.length > 0 ? err(problems) : ok(review)
}

const isReviewed = (word: string) => words[word.toLowerCase()] ?? false
const isSame = (one: Said, other: Said | undefined) =>
  one.text === other?.text.trim() && one.reviewed === other.reviewed

interface Row {
  columns: number
  english: string
  text: string
  reviewed: string
}
function wrongIn(
  language: Reviewed,
  stands: Line | undefined,
  { columns, english, text, reviewed }: Row,
): SheetProblem['what'] | undefined {
  if (columns !== names.length) return 'columns'
  if (!stands) return 'unknown-key'
  // The review is of another text than the one that is shown now.
  if (english !== stands.english.trim()) return 'english-changed'
  if (text.length > longest) return 'too-long'
  if (!Object.hasOwn(words, reviewed.toLowerCase())) return 'reviewed-word'
  return text === '' || fitsPlaces(language, stands.english, text) ? undefined : 'places'
}
